"""audit segments, guards of the audit entries, indexes to search them"""

import sqlalchemy as sa
from alembic import op

from intranet import extensions

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None

INDEXES = {
    "actor": ["actor_id", "at"],
    "unit": ["unit_id", "at"],
    "action": ["action", "at"],
    "subject": ["subject", "at"],
    "address": ["address", "at"],
    "at": ["at"],
}
COVERED = """EXISTS (SELECT 1 FROM core_audit_segment
    WHERE core_audit_segment.chain = OLD.chain AND OLD.number BETWEEN first AND last)"""
# INSERT OR REPLACE deletes a row without asking the trigger of DELETE.
THERE = """EXISTS (SELECT 1 FROM core_audit_entry
    WHERE id = NEW.id OR (chain = NEW.chain AND number = NEW.number))"""
SEGMENT_THERE = "EXISTS (SELECT 1 FROM core_audit_segment WHERE chain = NEW.chain AND first = NEW.first)"
SQLITE = {
    "core_audit_entry_update": "UPDATE ON core_audit_entry",
    "core_audit_entry_delete": f"DELETE ON core_audit_entry WHEN NOT {COVERED}",
    "core_audit_entry_replace": f"INSERT ON core_audit_entry WHEN {THERE}",
    "core_audit_segment_update": "UPDATE ON core_audit_segment",
    "core_audit_segment_delete": "DELETE ON core_audit_segment",
    "core_audit_segment_replace": f"INSERT ON core_audit_segment WHEN {SEGMENT_THERE}",
}
FUNCTIONS = {
    "core_audit_refuse": "RAISE EXCEPTION 'audit entries are kept as they are';",
    "core_audit_delete": f"""IF {COVERED} THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'audit entries are kept as they are';""",
}
POSTGRES = {
    "core_audit_entry_update": "UPDATE ON core_audit_entry FOR EACH ROW EXECUTE FUNCTION core_audit_refuse()",
    "core_audit_entry_delete": "DELETE ON core_audit_entry FOR EACH ROW EXECUTE FUNCTION core_audit_delete()",
    "core_audit_entry_empty": "TRUNCATE ON core_audit_entry EXECUTE FUNCTION core_audit_refuse()",
    "core_audit_segment_change": """UPDATE OR DELETE ON core_audit_segment
        FOR EACH ROW EXECUTE FUNCTION core_audit_refuse()""",
    "core_audit_segment_empty": "TRUNCATE ON core_audit_segment EXECUTE FUNCTION core_audit_refuse()",
}


def upgrade():
    op.create_table(
        "core_audit_segment",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("first_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "first", name=op.f("pk_core_audit_segment")),
    )
    for name, columns in INDEXES.items():
        op.create_index(f"ix_core_audit_entry_{name}", "core_audit_entry", columns)
    if op.get_bind().dialect.name == "sqlite":
        for name, when in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} "
                "BEGIN SELECT RAISE(ABORT, 'audit entries are kept as they are'); END"
            )
    else:
        for name, body in FUNCTIONS.items():
            op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        for name, when in POSTGRES.items():
            op.execute(f"CREATE TRIGGER {name} BEFORE {when}")


def downgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in SQLITE if sqlite else POSTGRES:
        table = "core_audit_entry" if name.startswith("core_audit_entry") else "core_audit_segment"
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    for name in () if sqlite else FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for name in INDEXES:
        op.drop_index(f"ix_core_audit_entry_{name}", "core_audit_entry")
    op.drop_table("core_audit_segment")
