"""What a reviewer wrote when sending a self-review back stands beside the part it speaks of."""

import pytest
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.democratic_life.review_notes import part_named
from plugins.democratic_life.services.reviews_judging import Word, judge
from plugins.democratic_life.tests.reviewing import PAGE, begun, hand_in, seen_by
from plugins.democratic_life.wording import PARTS
from tests.fixtures import login, person

REMARKS = "总的写得实在。\n原因分析还停在表面，请往自己身上找。\n形式主义一项缺少例子。"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("原因分析还停在表面", "causes"),
        ("2.官僚主义、形式主义两项写得空", "bureaucracy"),
        ("公务用车情况没有说明", "cars"),
        ("努力方向和改进措施要具体", "measures"),
        ("总的写得实在", ""),
    ],
)
def test_a_line_stands_beside_the_part_it_names_first(line, part):
    assert part_named(line, PARTS) == part


def test_the_writer_reads_the_remarks_beside_the_parts(app):
    review_id = begun(app)
    member = login(app, "member")
    assert "审阅意见" not in member.get(f"{PAGE}/{review_id}/edit").text
    hand_in(app, review_id, "第一稿")
    with app.app_context(), transaction():
        found = seen_by("head", review_id)
        judge(found, Word(is_passed=False, remarks=REMARKS), version=found.review.version, by=person("head"))
    page = member.get(f"{PAGE}/{review_id}/edit").text
    first, _sign, behind = page.partition('name="basics"')
    assert "总的写得实在" in first
    formalism, causes = behind.index("缺少例子"), behind.index("停在表面")
    assert behind.index('name="formalism"') < formalism < behind.index('name="bureaucracy"')
    assert behind.index('name="causes"') < causes < behind.index('name="measures"')
    assert "停在表面" not in first
    too_long = member.post(f"{PAGE}/{review_id}/edit", data={"version": 1, "causes": "长" * 50_001})
    assert (too_long.status_code, "停在表面" in too_long.text) == (422, True)
    with app.app_context():
        looks = select(func.count()).where(AuditEntry.action == "democratic_life:review_read")
        assert db.session.scalar(looks.where(AuditEntry.actor_id == person("member").id)) == 3
    hand_in(app, review_id, "第二稿")
    assert login(app, "head").get(f"{PAGE}/{review_id}/edit").status_code == 404
