"""New and old customers: the first order, and every later one. Nobody knows of a guest."""

import pytest

from pricing.engine.cart import Shopper
from tests.pricing.engine.builders import cart_of, goods, offer, price

pytestmark = pytest.mark.req("CAM-03", "CPN-01")


@pytest.mark.parametrize(
    ("condition", "placed", "reason"),
    [
        ("nth_order", None, "sign_in"),
        ("nth_order", 0, None),
        ("nth_order", 1, "audience"),
        ("ordered_before", None, "sign_in"),
        ("ordered_before", 0, "audience"),
        ("ordered_before", 1, None),
    ],
)
def test_first_order_and_later_ones(condition, placed, reason):
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=((condition, {}),))
    quote = price(cart_of(goods("A", 1000), shopper=Shopper(id="1", orders_placed=placed)), deal)
    assert (quote.not_applied[0].reason.code if quote.not_applied else None) == reason
