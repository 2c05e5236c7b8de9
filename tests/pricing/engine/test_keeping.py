"""The document kept with an order, and the price of the goods that are not sent back."""

import pytest

from pricing.engine.document import CartDocument, price_document
from pricing.engine.errors import ReturnsTooMany
from pricing.engine.facts import Facts
from pricing.engine.keeping import kept_document, price_kept
from pricing.engine.refund import refund_repriced
from pricing.engine.scope import Scope
from tests.pricing.engine.builders import cart_of, coupon_offer, goods, held, reduction, skus

ORDER = CartDocument(
    cart=cart_of(goods("A", 15_000), goods("B", 5000, 2), fees={"s1": 900}),
    offers=(
        reduction("campaign:1", 20_000, 3000),
        reduction("campaign:2", 100, 10, scope=skus("elsewhere")),
        coupon_offer("template:1", 10_000, 1000),
        coupon_offer("template:2", 900, 900),
    ),
    facts=Facts(
        uses_left={"campaign:2": 5},
        coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2")),
    ),
)


@pytest.mark.req("PRC-01")
def test_only_what_touches_the_cart_is_kept_and_scopes_name_its_skus():
    kept = kept_document(ORDER)
    assert [(offer.id, offer.scope) for offer in kept.offers] == [
        ("campaign:1", skus("A", "B")),
        ("template:1", skus("A", "B")),
        ("template:2", skus("A", "B")),
    ]
    assert kept.facts.uses_left == {}
    assert price_document(kept) == price_document(ORDER)


@pytest.mark.req("PRC-01")
def test_a_scope_stays_whole_where_one_sku_is_sold_by_two_shops():
    of_shop = Scope(shops=frozenset({"s1"}))
    document = CartDocument(
        cart=cart_of(goods("A", 10_000), goods("A2", 10_000, sku="A", shop="s2")),
        offers=(reduction("campaign:1", 10_000, 1000, scope=of_shop),),
    )
    kept = kept_document(document)
    assert kept.offers[0].scope == of_shop
    assert price_document(kept).total_cents == 19_000


@pytest.mark.req("REV-05")
def test_kept_goods_are_priced_with_the_orders_offers_and_the_coupons_it_used():
    order = price_document(ORDER)
    assert (order.total_cents, order.coupons) == (21_900, ("coupon:1",))
    kept = price_kept(kept_document(ORDER), {"B": 2}, order.coupons)
    assert (kept.total_cents, kept.coupons) == (9000, ("coupon:1",))
    refund = refund_repriced(held_cents=order.total_cents - order.shipping_cents, kept_price_cents=kept.total_cents)
    assert refund.refund_cents == 12_000


@pytest.mark.req("REV-02")
@pytest.mark.parametrize("kept", [{"A": 2}, {"A": -1}, {"C": 1}])
def test_more_than_was_bought_cannot_be_kept(kept):
    with pytest.raises(ReturnsTooMany):
        price_kept(ORDER, kept, ())
