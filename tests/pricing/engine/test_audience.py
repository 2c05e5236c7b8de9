"""The condition on an audience: the engine is told the outcome, not how it is found."""

import pytest

from pricing.engine.cart import Shopper
from pricing.engine.errors import WrongParams
from pricing.engine.registry import load_condition
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of

OTHERS = frozenset({"campaign:2"})
FOR_VIPS = ("audience", {"audience": "campaign:1"})


@pytest.mark.req("CAM-03", "PRC-04")
@pytest.mark.parametrize(
    ("shopper", "total_cents", "reason"),
    [
        pytest.param(Shopper(), 1000, ("sign_in", {"condition": "audience"}), id="guest"),
        pytest.param(Shopper(id="1"), 1000, ("audience", {"condition": "audience"}), id="nobody"),
        pytest.param(
            Shopper(id="1", audiences=frozenset({"campaign:2"})),
            1000,
            ("audience", {"condition": "audience"}),
            id="other",
        ),
        pytest.param(Shopper(id="1", audiences=frozenset({"campaign:1"})), 900, None, id="member"),
    ],
)
def test_only_members_of_the_audience_get_it(shopper, total_cents, reason):
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=(FOR_VIPS,))
    quote = price(cart_of(goods("A", 1000), shopper=shopper), deal)
    assert quote.total_cents == total_cents
    assert (reason_of(quote, "campaign:1") if quote.not_applied else None) == reason


def test_name_is_needed():
    with pytest.raises(WrongParams) as refusal:
        load_condition("audience", {"audience": ""})
    assert refusal.value.field == "audience"


def test_guest_is_asked_to_sign_in_for_what_a_level_may_have():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=(("member_level", {"levels": ["vip"]}),))
    assert reason_of(price(cart_of(goods("A", 1000)), deal), "campaign:1")[0] == "sign_in"
