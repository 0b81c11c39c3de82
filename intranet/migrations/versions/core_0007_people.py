"""people"""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None

ROLES = ("member", "recorder", "head", "leader", "office", "supervisor", "system", "security", "audit")
KINDS = ("bureau", "hospital", "committee", "department", "branch", "group")
DATES = "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on"
ASCII = sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")
APART = (["user_id", "administers"], ["id", "administers"])


def upgrade():
    for column in (
        sa.Column("pinyin", ASCII, nullable=False, server_default=""),
        sa.Column("initials", ASCII, nullable=False, server_default=""),
        sa.Column("administers", sa.String(32), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("core_user", column)
    op.execute(
        "UPDATE core_user SET administers = coalesce((SELECT min(role) FROM core_grant "
        "WHERE core_grant.user_id = core_user.id AND role IN ('system', 'security', 'audit')), '')"
    )
    op.create_index("uq_core_user_administers", "core_user", ["id", "administers"], unique=True)
    with op.batch_alter_table("core_unit", copy_from=_unit()) as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint(
            "ck_core_unit_merged", "merged_into_id IS NULL OR closed_on IS NOT NULL"
        )
        batch.create_foreign_key(
            "fk_core_unit_merged_into_id", "core_unit", ["merged_into_id"], ["id"], ondelete="RESTRICT"
        )
    _memberships()
    _grants()


def _memberships():
    with op.batch_alter_table("core_membership", copy_from=_membership()) as batch:
        batch.add_column(sa.Column("administers", sa.String(32), nullable=False, server_default=""))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint("ck_core_membership_dates", DATES)
        batch.create_check_constraint("ck_core_membership_apart", "administers = ''")
        batch.create_foreign_key("fk_core_membership_apart", "core_user", *APART, ondelete="RESTRICT")


def _grants():
    """The roles of administrators are marked before the rule that they must be."""
    op.add_column("core_grant", sa.Column("administers", sa.String(32), nullable=False, server_default=""))
    op.execute("UPDATE core_grant SET administers = role WHERE role IN ('system', 'security', 'audit')")
    with op.batch_alter_table("core_grant", copy_from=_grant()) as batch:
        batch.add_column(sa.Column("for_user_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint(
            "ck_core_grant_apart",
            "administers = CASE WHEN role IN ('system', 'security', 'audit') THEN role ELSE '' END",
        )
        batch.create_check_constraint(
            "ck_core_grant_stand_in",
            "for_user_id IS NULL OR for_user_id <> user_id AND starts_on IS NOT NULL AND ends_on IS NOT NULL",
        )
        batch.create_foreign_key(
            "fk_core_grant_for_user_id", "core_user", ["for_user_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_foreign_key("fk_core_grant_apart", "core_user", *APART, ondelete="RESTRICT")


def _row(name, *own):
    """The table as core_0001 made it: SQLite copies it, and cannot say itself what its checks are."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["core_unit.id"], f"fk_{name}_unit_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], f"fk_{name}_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.Index(f"ix_{name}_unit_id", "unit_id"),
        *own,
    )


def _membership():
    return _row(
        "core_membership",
        sa.Column("title", sa.String(50), nullable=False),
        sa.UniqueConstraint("user_id", "unit_id", name="uq_core_membership_user_id_unit_id"),
    )


def _grant():
    role = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)
    return _row(
        "core_grant",
        sa.Column("role", role, nullable=False),
        sa.Column("administers", sa.String(32), nullable=False, server_default=""),
        sa.UniqueConstraint("user_id", "unit_id", "role", name="uq_core_grant_user_id_unit_id_role"),
        sa.CheckConstraint(DATES, name="ck_core_grant_dates"),
    )


def _unit():
    kind = sa.Enum(*KINDS, name="unitkind", native_enum=False, create_constraint=True, length=32)
    return sa.Table(
        "core_unit",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", ASCII, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", ASCII, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["core_unit.id"], name="fk_core_unit_parent_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_core_unit"),
        sa.UniqueConstraint("code", name="uq_core_unit_code"),
        sa.UniqueConstraint("path", name="uq_core_unit_path"),
        sa.Index("ix_core_unit_parent_id", "parent_id"),
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for table in (_membership(), _grant(), _unit()):
            with op.batch_alter_table(table.name, copy_from=table, recreate="always"):
                """Made as it was, from the columns it had."""
        op.drop_column("core_grant", "administers")
    else:
        op.drop_constraint("ck_core_membership_dates", "core_membership", type_="check")
        for table in ("core_membership", "core_grant"):
            op.drop_column(table, "version")
            op.drop_column(table, "administers")
        op.drop_column("core_grant", "for_user_id")
        op.drop_column("core_unit", "merged_into_id")
        op.drop_column("core_unit", "version")
    op.drop_index("uq_core_user_administers", "core_user")
    for column in ("version", "administers", "initials", "pinyin"):
        op.drop_column("core_user", column)
