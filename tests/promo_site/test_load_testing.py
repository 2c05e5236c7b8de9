"""The load command keeps to its bounds, and says what came back."""

from collections import Counter
from io import StringIO
from time import monotonic

import pytest
from django.core.management import CommandError, call_command

from promo_site.load_testing import get_page, load

pytestmark = pytest.mark.req("PLT-06")


def test_as_many_requests_are_sent_as_asked_for_at_a_steady_rate_over_all_pages_in_turn():
    asked = []
    begun = monotonic()
    measured = load(["/a", "/b"], per_second=20, seconds=1, get=lambda page: asked.append(page) or 200)
    assert monotonic() - begun >= 0.9
    assert Counter(asked) == {"/a": 10, "/b": 10}
    assert (measured.answers, measured.per_second, measured.failed) == ({200: 20}, 20, 0)


def test_no_answer_a_server_error_and_the_brake_count_as_failed_and_a_missing_page_does_not():
    answers = iter([200, 404, 429, 500, 0])
    measured = load(["/"], per_second=5, seconds=1, get=lambda page: next(answers))
    assert measured.failed == 3


@pytest.mark.parametrize("bad", [{"per_second": 501}, {"per_second": 0}, {"seconds": 61}, {"seconds": -1}])
def test_nothing_is_sent_beyond_the_bounds(bad):
    asked = []
    with pytest.raises(ValueError, match="1 to 500 requests a second and 1 to 60 seconds"):
        load(["/"], **({"per_second": 1, "seconds": 1} | bad), get=asked.append)
    assert asked == []


def test_command_loads_a_real_site_and_says_that_it_held(live_server):
    said = StringIO()
    call_command("load_test", site=live_server.url, path=["/sign-in/"], rate=4, seconds=1, stdout=said)
    assert "4 requests, 4 a second, 0 failed" in said.getvalue()
    assert "answers: 200: 4" in said.getvalue()


def test_command_fails_where_nobody_answers_or_the_address_is_none():
    with pytest.raises(CommandError, match="did not carry"):
        call_command("load_test", site="http://127.0.0.1:9", rate=2, seconds=1, stdout=StringIO())
    with pytest.raises(CommandError, match="http:// or https://"):
        call_command("load_test", site="ftp://shop", stdout=StringIO())
    assert get_page("http://127.0.0.1:9/") == 0
