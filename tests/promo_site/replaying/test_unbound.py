"""What a replayed offer is freed of."""

import pytest

from pricing.engine.facts import Facts
from promo_site.replaying.offers import unbound
from tests.pricing.engine.builders import cart_of, goods, offer, price


@pytest.mark.req("CAM-15")
def test_a_replay_gives_gifts_without_end_of_stock():
    gifts = [{"sku": "mug", "value_cents": 500, "stock_units": 1}]
    deal = offer("campaign:1", "gift", {"gifts": gifts})
    cart = cart_of(goods("A", 1000))
    assert price(cart, deal, facts=Facts()).gifts == ()
    assert [gift.sku for gift in price(cart, unbound(deal), facts=Facts()).gifts] == ["mug"]
