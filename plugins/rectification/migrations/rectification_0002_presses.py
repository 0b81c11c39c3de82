"""presses, and urging in the history"""

import sqlalchemy as sa
from alembic import op

from intranet import extensions

revision = "rectification_0002"
down_revision = "rectification_0001"
branch_labels = None
depends_on = None

KINDS = (
    "opened",
    "moved",
    "edited",
    "measure",
    "adjusted",
    "progress",
    "evidence",
    "undone",
    "comment",
    "link",
)


def upgrade():
    op.create_table(
        "rectification_press",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rectification_press")),
    )
    op.create_index(op.f("ix_rectification_press_at"), "rectification_press", ["at"], unique=False)
    _change_kinds(_kinds(), _kinds("urged"))


def downgrade():
    op.execute("DELETE FROM rectification_event WHERE kind = 'urged'")
    _change_kinds(_kinds("urged"), _kinds())
    op.drop_index(op.f("ix_rectification_press_at"), table_name="rectification_press")
    op.drop_table("rectification_press")


def _kinds(*more):
    return sa.Enum(*KINDS, *more, name="eventkind", native_enum=False, create_constraint=True, length=32)


def _change_kinds(before, after):
    with op.batch_alter_table("rectification_event") as batch_op:
        batch_op.alter_column("kind", existing_type=before, type_=after, existing_nullable=False)
