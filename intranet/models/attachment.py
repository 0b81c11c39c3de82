"""Files on records. What is in them lies under `uploads/`, named by its SHA-256."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Attachment(Base):
    """`subject` is the record it hangs on, as its plugin calls it; `removed_at` set: nobody sees it."""

    __tablename__ = "core_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(100), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
