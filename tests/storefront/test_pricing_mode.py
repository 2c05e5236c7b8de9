"""A site may choose among promotions by priority: then pages, carts, orders and samples all do."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from pricing.engine.document import parse_document, price_document
from storefront.price_tags import price_skus
from storefront.quoting import quote_cart
from storefront.sampling import Sample, price_sample
from storefront.selectors.catalogue import sellable_skus
from tests.factories import NOON
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, order_cart

pytestmark = pytest.mark.req("PRC-01", "PRC-02")


def off(cents: int, *, priority: int) -> None:
    """A campaign that shares no line with another of its layer."""
    make_campaign(params={"tiers": [{"threshold_cents": 10_000, "off_cents": cents}]}, priority=priority)


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "net_cents"), [("best_price", 8_000), ("priority", 9_500)])
def test_a_site_by_priority_shows_sells_and_keeps_the_price_of_the_offer_ranked_first(settings, mode, net_cents):
    settings.PRICING_MODE = mode
    off(500, priority=20)
    off(2_000, priority=10)
    sku = make_sku(list_cents=10_000)
    cart = make_cart({sku: 1})
    # when it is listed, put into a cart, tried out and ordered
    (listed,) = price_skus(skus=sellable_skus(), customer=None, at=NOON).values()
    in_cart = quote_cart(cart=cart, at=NOON)
    tried = price_sample(Sample(units=[(sku, 1)], customer=None, at=NOON), draft=None, now=NOON).quote
    order = order_cart(cart)
    kept = price_document(parse_document(order.document["input"]))
    # then
    assert (listed.from_cents, listed.with_coupon_cents) == (net_cents, net_cents)
    assert [sum(line.net_cents for line in quote.lines) for quote in (in_cart, tried, kept)] == [net_cents] * 3
    assert kept.fingerprint == order.fingerprint


def test_a_mode_that_is_none_keeps_the_site_from_starting(settings):
    settings.PRICING_MODE = "cheapest"
    with pytest.raises(SystemCheckError, match="(?s)PRICING_MODE is “cheapest”.*best_price, priority"):
        call_command("check")
