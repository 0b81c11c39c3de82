"""initial"""

import sqlalchemy as sa
from alembic import op

from intranet import extensions

revision = "knowledge_tests_0001"
down_revision = None
branch_labels = ("knowledge_tests",)
depends_on = "core_0001"


def upgrade():
    op.create_table(
        "knowledge_tests_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["core_user.id"],
            name=op.f("fk_knowledge_tests_draft_created_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_knowledge_tests_draft_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_tests_draft")),
    )
    with op.batch_alter_table("knowledge_tests_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_tests_draft_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_tests_draft_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "knowledge_tests_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "single",
                "multiple",
                "true_false",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=50), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind = 'multiple' OR length(answer) = 1", name=op.f("ck_knowledge_tests_question_one_answer")
        ),
        sa.CheckConstraint("length(answer) > 0", name=op.f("ck_knowledge_tests_question_answer")),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_knowledge_tests_question_text")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["core_user.id"],
            name=op.f("fk_knowledge_tests_question_changed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["core_unit.id"],
            name=op.f("fk_knowledge_tests_question_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_tests_question")),
    )
    with op.batch_alter_table("knowledge_tests_question", schema=None) as batch_op:
        batch_op.create_index(
            "ix_knowledge_tests_question_stock", ["unit_id", "retired", "topic", "kind"], unique=False
        )

    op.create_table(
        "knowledge_tests_quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "open", "closed", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("opens_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("points_single", sa.Integer(), nullable=False),
        sa.Column("points_multiple", sa.Integer(), nullable=False),
        sa.Column("points_true_false", sa.Integer(), nullable=False),
        sa.Column(
            "counts",
            sa.Enum("best", "last", name="counts", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "shows",
            sa.Enum(
                "after_closing",
                "after_submission",
                "never",
                name="shows",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_knowledge_tests_quiz_window")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_knowledge_tests_quiz_title")),
        sa.CheckConstraint("minutes > 0 AND attempts > 0", name=op.f("ck_knowledge_tests_quiz_limits")),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name=op.f("ck_knowledge_tests_quiz_pass")),
        sa.CheckConstraint(
            "points_single > 0 AND points_multiple > 0 AND points_true_false > 0",
            name=op.f("ck_knowledge_tests_quiz_points"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["core_user.id"],
            name=op.f("fk_knowledge_tests_quiz_changed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_knowledge_tests_quiz_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_tests_quiz")),
    )
    with op.batch_alter_table("knowledge_tests_quiz", schema=None) as batch_op:
        batch_op.create_index("ix_knowledge_tests_quiz_unit", ["unit_id", "state"], unique=False)

    _create_attempts()


def _create_attempts():
    op.create_table(
        "knowledge_tests_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", extensions.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.Column("timed_out", sa.Boolean(), nullable=False),
        sa.Column("full", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (score IS NULL)", name=op.f("ck_knowledge_tests_attempt_marked")
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["knowledge_tests_quiz.id"],
            name=op.f("fk_knowledge_tests_attempt_quiz_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["core_user.id"],
            name=op.f("fk_knowledge_tests_attempt_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_tests_attempt")),
        sa.UniqueConstraint(
            "quiz_id", "user_id", "number", name=op.f("uq_knowledge_tests_attempt_quiz_id_user_id_number")
        ),
    )
    with op.batch_alter_table("knowledge_tests_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_tests_attempt_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index("ix_knowledge_tests_attempt_user", ["user_id", "submitted_at"], unique=False)
        batch_op.create_index(
            "uq_knowledge_tests_attempt_running",
            ["quiz_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )

    op.create_table(
        "knowledge_tests_candidate",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["knowledge_tests_quiz.id"],
            name=op.f("fk_knowledge_tests_candidate_quiz_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["core_unit.id"],
            name=op.f("fk_knowledge_tests_candidate_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["core_user.id"],
            name=op.f("fk_knowledge_tests_candidate_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("quiz_id", "user_id", name=op.f("pk_knowledge_tests_candidate")),
    )
    with op.batch_alter_table("knowledge_tests_candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_tests_candidate_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_tests_candidate_user_id"), ["user_id"], unique=False)

    op.create_table(
        "knowledge_tests_part",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=50), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "single",
                "multiple",
                "true_false",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_knowledge_tests_part_number")),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["knowledge_tests_quiz.id"],
            name=op.f("fk_knowledge_tests_part_quiz_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("quiz_id", "topic", "kind", name=op.f("pk_knowledge_tests_part")),
    )
    op.create_table(
        "knowledge_tests_share",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["knowledge_tests_quiz.id"],
            name=op.f("fk_knowledge_tests_share_quiz_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_knowledge_tests_share_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("quiz_id", "unit_id", name=op.f("pk_knowledge_tests_share")),
    )
    with op.batch_alter_table("knowledge_tests_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_tests_share_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "knowledge_tests_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("shuffled", sa.String(length=8), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("given", sa.String(length=8), nullable=False),
        sa.Column("saved_at", extensions.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["knowledge_tests_attempt.id"],
            name=op.f("fk_knowledge_tests_answer_attempt_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["knowledge_tests_question.id"],
            name=op.f("fk_knowledge_tests_answer_question_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_tests_answer")),
        sa.UniqueConstraint(
            "attempt_id", "position", name=op.f("uq_knowledge_tests_answer_attempt_id_position")
        ),
    )
    with op.batch_alter_table("knowledge_tests_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_knowledge_tests_answer_question_id"), ["question_id"], unique=False
        )


def downgrade():
    _drop_attempts()
    with op.batch_alter_table("knowledge_tests_quiz", schema=None) as batch_op:
        batch_op.drop_index("ix_knowledge_tests_quiz_unit")

    op.drop_table("knowledge_tests_quiz")
    with op.batch_alter_table("knowledge_tests_question", schema=None) as batch_op:
        batch_op.drop_index("ix_knowledge_tests_question_stock")

    op.drop_table("knowledge_tests_question")
    with op.batch_alter_table("knowledge_tests_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_draft_unit_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_draft_created_at"))

    op.drop_table("knowledge_tests_draft")


def _drop_attempts():
    with op.batch_alter_table("knowledge_tests_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_answer_question_id"))

    op.drop_table("knowledge_tests_answer")
    with op.batch_alter_table("knowledge_tests_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_share_unit_id"))

    op.drop_table("knowledge_tests_share")
    op.drop_table("knowledge_tests_part")
    with op.batch_alter_table("knowledge_tests_candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_candidate_user_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_candidate_unit_id"))

    op.drop_table("knowledge_tests_candidate")
    with op.batch_alter_table("knowledge_tests_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_knowledge_tests_attempt_running",
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )
        batch_op.drop_index("ix_knowledge_tests_attempt_user")
        batch_op.drop_index(batch_op.f("ix_knowledge_tests_attempt_ends_at"))

    op.drop_table("knowledge_tests_attempt")
