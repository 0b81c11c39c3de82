"""notices, working days, the runs of jobs"""

from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from alembic import op
from chinese_calendar import constants

from intranet import extensions

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "core_due_job",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("due_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_due_job")),
    )
    op.execute("INSERT INTO core_due_job (name, due_at) SELECT name, due_at FROM core_job_run")
    op.drop_table("core_job_run")
    op.create_table(
        "core_job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("started_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job_run")),
    )
    op.create_index(op.f("ix_core_job_run_job"), "core_job_run", ["job"])
    op.create_table(
        "core_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("created_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_notice_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_core_notice_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_notice")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_core_notice_user_id_key")),
    )
    op.create_index("ix_core_notice_reader", "core_notice", ["user_id", "read_at", "unit_id", "plugin"])
    op.create_index(op.f("ix_core_notice_url"), "core_notice", ["url"])
    op.create_index(op.f("ix_core_notice_created_at"), "core_notice", ["created_at"])
    special_day = op.create_table(
        "core_special_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_core_special_day")),
    )
    op.bulk_insert(special_day, [{"day": day, "works": works} for day, works in known_days()])


def known_days():
    """The days the State Council has moved, as far as the calendar package knows them."""
    day, last = date(min(constants.holidays).year, 1, 1), date(max(constants.holidays).year, 12, 31)
    while day <= last:
        works = chinese_calendar.is_workday(day)
        if works != (day.weekday() not in {5, 6}):
            yield day, works
        day += timedelta(days=1)


def downgrade():
    op.drop_table("core_special_day")
    op.drop_table("core_notice")
    op.drop_table("core_job_run")
    op.create_table(
        "core_job_run",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("due_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_job_run")),
    )
    op.drop_table("core_due_job")
