"""the index of measures holds the round that faces count"""

from alembic import op

revision = "rectification_0004"
down_revision = "rectification_0003"
branch_labels = None
depends_on = None

INDEX, MEASURE = "ix_rectification_measure_card", "rectification_measure"
COLUMNS = ["card_id", "parent_id", "done_on"]


def upgrade():
    _anew([*COLUMNS, "round"])


def downgrade():
    _anew(COLUMNS)


def _anew(columns):
    op.drop_index(INDEX, table_name=MEASURE)
    op.create_index(INDEX, MEASURE, columns, unique=False)
