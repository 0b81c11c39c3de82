"""indexes that hold all that duties ask for"""

import sqlalchemy as sa
from alembic import op

revision = "rectification_0003"
down_revision = "rectification_0002"
branch_labels = None
depends_on = None

CARD, MEASURE = "rectification_card", "rectification_measure"
ASKED, LASTING = (sa.text(f"{column} IS NOT NULL") for column in ("extension_on", "check_months"))


def upgrade():
    _anew("ix_rectification_card_person", CARD, ["user_id", "stage", "due_on", "id", "unit_id"])
    _anew("ix_rectification_card_extension", CARD, ["unit_id", "stage", "due_on", "id"], ASKED)
    _anew("ix_rectification_card_lasting", CARD, ["unit_id", "stage", "due_on", "id"], LASTING)
    _anew("ix_rectification_measure_person", MEASURE, ["user_id", "done_on", "due_on"])
    _make("ix_rectification_card_extension_day", CARD, ["due_on", "id", "unit_id"], ASKED)
    _make("ix_rectification_card_lasting_day", CARD, ["stage", "due_on", "id", "unit_id"], LASTING)


def downgrade():
    for name in ("extension_day", "lasting_day"):
        op.drop_index(f"ix_rectification_card_{name}", table_name=CARD)
    _anew("ix_rectification_card_person", CARD, ["user_id", "stage", "due_on", "id"])
    _anew("ix_rectification_card_extension", CARD, ["unit_id", "stage"], ASKED)
    _anew("ix_rectification_card_lasting", CARD, ["unit_id", "stage", "due_on"], LASTING)
    _anew("ix_rectification_measure_person", MEASURE, ["user_id", "due_on"])


def _anew(name, table, columns, where=None):
    op.drop_index(name, table_name=table)
    _make(name, table, columns, where)


def _make(name, table, columns, where=None):
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
