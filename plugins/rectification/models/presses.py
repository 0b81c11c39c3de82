"""Forms that were taken, so that none is taken twice."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Press(Base):
    """What one person has sent. Sent again, it leads to the same page."""

    __tablename__ = "rectification_press"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    url: Mapped[str] = mapped_column(String(2000), default="")
