"""What units give a name on their boards: categories, own fields, special campaigns."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, select

from intranet import audit
from intranet.contracts import Text
from intranet.db import change
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import CategoryRow, Drive, Field
from plugins.rectification.queries.counting import forget

Row = CategoryRow | Drive | Field


@dataclass(frozen=True, slots=True)
class Naming:
    """One kind of them; both sentences take `name`."""

    table: type[CategoryRow] | type[Drive] | type[Field]
    deed: str
    taken: Text
    overtaken: Text

    def record(self, target: str, unit: Unit, by: User) -> None:
        """The audit entry, whose lock makes two editors wait their turn. It says whose, not their words."""
        audit.record(by, self.deed, target, unit=unit)

    def refuse_second(self, name: object, *among: ColumnElement[bool], but: int = 0) -> None:
        """No name twice among these."""
        query = select(self.table.id).where(self.table.name == name, self.table.id != but, *among)
        if db.session.scalar(query):
            raise Invalid(str(self.taken) % {"name": name})

    def alter(self, row: Row, version: int, **values: object) -> None:
        """Raises Conflict when somebody was quicker."""
        change(row, version, too_late=partial(self._too_late, row), **values)
        forget()

    def _too_late(self, row: Row) -> str:
        return str(self.overtaken) % {"name": row.name}
