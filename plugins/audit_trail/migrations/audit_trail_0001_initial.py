"""initial"""

import sqlalchemy as sa
from alembic import op

from intranet import extensions

revision = "audit_trail_0001"
down_revision = None
branch_labels = ("audit_trail",)
depends_on = "core_0001"


def upgrade():
    op.create_table(
        "audit_trail_outside",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checked_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("broken_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_trail_outside")),
    )


def downgrade():
    op.drop_table("audit_trail_outside")
