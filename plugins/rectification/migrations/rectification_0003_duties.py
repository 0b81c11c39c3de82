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


def downgrade():
    _anew("ix_rectification_card_person", CARD, ["user_id", "stage", "due_on", "id"])
    _anew("ix_rectification_card_extension", CARD, ["unit_id", "stage"], ASKED)
    _anew("ix_rectification_card_lasting", CARD, ["unit_id", "stage", "due_on"], LASTING)
    _anew("ix_rectification_measure_person", MEASURE, ["user_id", "due_on"])


def _anew(name, table, columns, where=None):
    op.drop_index(name, table_name=table)
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
