"""Channel and terminal of a quote: campaigns can be meant for some of them only."""

import pytest

from tests.factories.audience import make_aimed
from tests.factories.campaigns import approve
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-04", "PLT-02")]


@pytest.fixture
def quoted(ask):
    make_sku("TEA")

    def send(**place):
        return ask({"lines": [{"sku": "TEA", "quantity": 1}], **place}).json()

    return send


def only(code, **params):
    revision = make_aimed(benefit="percent_off", conditions=[{"code": code, "params": params}])
    approve(revision)


def test_only_in_the_app(quoted):
    only("channel", channels=["app"])
    assert quoted(channel="app")["quote"]["total_cents"] == 8000
    elsewhere = quoted()["quote"]
    assert elsewhere["total_cents"] == 10_000
    assert [row["message"] for row in elsewhere["not_applied"]] == ["It does not apply in this channel."]


def test_only_on_phones(quoted):
    only("terminal", terminals=["phone"])
    assert [quoted(**place)["quote"]["total_cents"] for place in ({"terminal": "phone"}, {"terminal": "till"}, {})] == [
        8000,
        10_000,
        10_000,
    ]


@pytest.mark.parametrize(("place", "field"), [({"channel": "fax"}, "channel"), ({"terminal": "fridge"}, "terminal")])
def test_place_that_nobody_knows_is_refused(quoted, place, field):
    answer = quoted(**place)
    assert answer["field"] == field
    assert answer["message"].startswith("One of these is needed: ")
