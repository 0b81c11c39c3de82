"""Two browsers of one person set it up at the same moment."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

from plugins.two_factor import codes
from tests.fixtures import login

SET_UP = "/account/two_factor/set-up"


def test_the_second_is_told_that_it_is_on_already(app, code_at, monkeypatch):
    step_of = codes.step_of
    monkeypatch.setattr(codes, "step_of", lambda *given, **named: time.sleep(0.5) or step_of(*given, **named))
    requests = []
    for _each in range(2):
        client = login(app, "head")
        page = client.get(SET_UP).text
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
        sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
        requests.append((client, {"sealed": sealed, "code": code_at(secret)}))

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: each[0].post(SET_UP, data=each[1]), requests))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "您已经开启了二次验证" in refused.text
