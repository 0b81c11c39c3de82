"""accounts: first passwords, steps of a login"""

import sqlalchemy as sa
from alembic import op

from intranet import extensions

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("core_user", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("password_set_at", extensions.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("first_until", extensions.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("old_passwords", sa.JSON(), nullable=False, server_default="[]"))

    with op.batch_alter_table("core_login_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("steps", sa.String(length=255), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("core_login_session", schema=None) as batch_op:
        batch_op.drop_column("steps")
        batch_op.drop_column("browser")

    with op.batch_alter_table("core_user", schema=None) as batch_op:
        batch_op.drop_column("old_passwords")
        batch_op.drop_column("first_until")
        batch_op.drop_column("password_set_at")
