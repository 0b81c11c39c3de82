"""The figures over the list of sessions: whatever is asked for, the total is what the list holds."""

import pytest

from plugins.study_logs.steps import Stage

LEDGER = "/nk1/study_logs/"


@pytest.mark.one_engine
def test_the_total_is_what_the_list_holds(make_session, client_for):
    for stage in (Stage.SIGNING, Stage.RECORDED, Stage.RECORDED):
        make_session(stage)
    head = client_for("head")

    asked = {"": 3, "?stage=recorded": 2, "?stage=signing": 1, "?stage=held": 2}
    for query, number in {**asked, "?form=together&stage=recorded": 2, "?form=alone": 0}.items():
        page = head.get(LEDGER + query).text
        assert f"共 {number} 项" in page, query
        assert page.count('class="when"') == number, query
