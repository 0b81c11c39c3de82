"""search"""

import sqlalchemy as sa
from alembic import op

from intranet import extensions

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

# Beside the models each database keeps an index of its own kind, by triggers: whoever writes a row cannot
# forget it. The program cuts the text into tokens, so that neither database needs to know Chinese.
SQLITE = (
    """CREATE VIRTUAL TABLE search_index USING fts5(
        in_title, in_text, content='core_search_entry', content_rowid='id', tokenize='ascii', prefix='1')""",
    """CREATE TRIGGER core_search_entry_added AFTER INSERT ON core_search_entry BEGIN
        INSERT INTO search_index (rowid, in_title, in_text) VALUES (new.id, new.in_title, new.in_text);
    END""",
    """CREATE TRIGGER core_search_entry_gone AFTER DELETE ON core_search_entry BEGIN
        INSERT INTO search_index (search_index, rowid, in_title, in_text)
        VALUES ('delete', old.id, old.in_title, old.in_text);
    END""",
    """CREATE TRIGGER core_search_entry_changed AFTER UPDATE OF in_title, in_text ON core_search_entry BEGIN
        INSERT INTO search_index (search_index, rowid, in_title, in_text)
        VALUES ('delete', old.id, old.in_title, old.in_text);
        INSERT INTO search_index (rowid, in_title, in_text) VALUES (new.id, new.in_title, new.in_text);
    END""",
)
# There the tokens come as the literal of a tsvector: to cast it is cheap, to make it here would cost three times
# as much as all else. in_text holds the title too, so that one can ask for words of which some stand in the title.
POSTGRESQL = (
    """CREATE TABLE search_index (
        rowid integer PRIMARY KEY REFERENCES core_search_entry ON DELETE CASCADE,
        in_title tsvector NOT NULL, in_text tsvector NOT NULL)""",
    "CREATE INDEX ix_search_index_in_title ON search_index USING gin (in_title)",
    "CREATE INDEX ix_search_index_in_text ON search_index USING gin (in_text)",
    """CREATE FUNCTION search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_index
        VALUES (new.id, new.in_title::tsvector, new.in_title::tsvector || new.in_text::tsvector)
        ON CONFLICT (rowid) DO UPDATE SET in_title = excluded.in_title, in_text = excluded.in_text;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER core_search_entry_kept AFTER INSERT OR UPDATE OF in_title, in_text ON core_search_entry
        FOR EACH ROW EXECUTE FUNCTION search_keep()""",
)


def upgrade():
    op.create_table(
        "core_search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_title", sa.Text(), nullable=False),
        sa.Column("in_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["core_unit.id"],
            name=op.f("fk_core_search_entry_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_search_entry")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_core_search_entry_kind_key")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade():
    op.execute("DROP TABLE search_index")
    op.drop_table("core_search_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_keep")
