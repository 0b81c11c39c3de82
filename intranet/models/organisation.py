"""Which state of the organisation the database holds."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class OrganisationRevision(Base):
    """One row. Its word is drawn anew whenever units, plugin switches or permissions change."""

    __tablename__ = "core_organisation_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(String(32))
