"""Listings: the prices of many SKUs in one pass are those of carts of one unit, and cost far fewer quotes."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pricing.engine import prices
from pricing.engine.book import compile_book
from pricing.engine.cart import Shopper
from pricing.engine.conditions.member_level import MemberLevel
from pricing.engine.facts import Facts
from pricing.engine.layers import TERMS, Layer
from pricing.engine.prices import UnitPrices, price_many
from pricing.engine.scope import EVERYTHING
from tests.pricing.engine.builders import NOON, cart_of, coupon_offer, goods, held, offer, reduction, skus
from tests.pricing.engine.random_carts import random_document

VIEWER = cart_of(fees={"s1": 900})


def alone(line, viewer, book, facts, mode):
    """Return the three prices, each by a cart of one unit."""
    one = (line, viewer, book, facts)
    three = (prices.tag_cents, prices.from_cents, prices.with_coupon_cents)
    return UnitPrices(*[price(*one, mode=mode) for price in three])


@pytest.fixture
def quotes(monkeypatch):
    """The offers of every cart that is decided."""
    made = []
    decide = prices.decide

    def counted(cart, book, *rest, **other):
        made.append([found.id for found in book.touching(cart)])
        return decide(cart, book, *rest, **other)

    monkeypatch.setattr(prices, "decide", counted)
    return made


@pytest.mark.req("PRC-01", "SHP-02")
@given(st.integers(0, 10**9))
@example(45269)  # by priority a gift keeps others out, unless the facts count none left of it
def test_a_listing_shows_what_carts_of_one_unit_cost(seed):
    document, random = random_document(seed, most_offers=9), Random(seed)
    claims = tuple(replace(coupon, held=random.random() < 0.5) for coupon in document.facts.coupons)
    book, viewer = compile_book(document.offers), replace(document.cart, lines=())
    lines = [line for _, line in sorted({(line.shop, line.sku): line for line in document.cart.lines}.items())]
    lines += [replace(line, sku=f"{line.sku}2") for line in lines]
    # one book for several views: other counts, other coupons, another shopper
    later = random_document(seed + 1, most_offers=9)
    for facts in (replace(document.facts, coupons=claims), document.facts, later.facts):
        for shopper in (viewer.shopper, later.cart.shopper):
            view = replace(viewer, shopper=shopper)
            for mode in ("best_price", "priority"):
                listed = price_many(lines, view, book, facts, mode=mode)
                assert listed == [alone(line, view, book, facts, mode) for line in lines]


@pytest.mark.req("PRC-01", "SHP-02")
def test_the_three_prices_of_a_unit_in_a_listing():
    offers = [
        offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM),
        reduction("campaign:2", 9000, 500),
        coupon_offer("template:1", 100, 50),
        coupon_offer("template:2", 100, 70),
    ]
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2", held=False)))
    assert price_many([goods("A", 10_000, 5)], VIEWER, compile_book(offers), facts) == [UnitPrices(9000, 8500, 8430)]


@pytest.mark.req("SHP-01")
def test_skus_that_no_offer_tells_apart_share_one_answer(quotes):
    book = compile_book([offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM)])
    lines = [goods(f"S{number}", cents) for cents in (10_000, 20_000) for number in range(cents, cents + 50)]
    found = price_many(lines, VIEWER, book)
    assert found == [UnitPrices(9000, 9000, 9000)] * 50 + [UnitPrices(18_000, 18_000, 18_000)] * 50
    assert len(quotes) == 2


@pytest.mark.req("SHP-01")
def test_the_next_view_is_told_what_the_one_before_worked_out(quotes):
    limited = offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM, limited_units=True, budgeted=True)
    book, line = compile_book([limited]), goods("A", 10_000)

    def tag(units, budget_cents):
        facts = Facts(units_left={("campaign:1", "*"): units}, budget_left_cents={"campaign:1": budget_cents})
        return price_many([line], VIEWER, book, facts)[0].tag_cents

    assert [tag(9, 70_000), tag(1, 10_000)] == [9000, 9000]
    assert len(quotes) == 1
    assert [tag(9, 1000), tag(9, 999), tag(0, 1000)] == [9000, 10_000, 10_000]
    assert len(quotes) == 3


@pytest.mark.req("SHP-01")
def test_what_is_remembered_of_a_book_is_bounded(monkeypatch):
    monkeypatch.setattr(prices, "MOST_REMEMBERED", 10)
    book = compile_book([offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM)])
    for cents in range(1000, 1100):
        price_many([goods("A", cents)], VIEWER, book)
    assert len(book.remembered) <= 11


@pytest.mark.req("SHP-01")
def test_only_prices_that_can_differ_are_computed(quotes):
    offers = [
        offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM, scope=skus("A", "B", "C")),
        reduction("campaign:2", 9000, 500, scope=skus("B", "C")),
        coupon_offer("template:1", 100, 50, scope=skus("C")),
        coupon_offer("template:2", 5000, 5000),
    ]
    facts = Facts(coupons=(held("coupon:1", "template:1"),))
    lines = [goods(sku, 10_000) for sku in "ABCD"]
    found = price_many(lines, VIEWER, compile_book(offers), facts)
    assert found == [
        UnitPrices(9000, 9000, 9000),
        UnitPrices(9000, 8500, 8500),
        UnitPrices(9000, 8500, 8450),
        UnitPrices(10_000, 10_000, 10_000),
    ]
    item, both = ["campaign:1"], ["campaign:1", "campaign:2"]
    assert quotes == [item, both, [*both, "template:1"], both]


@pytest.mark.req("SHP-01")
@pytest.mark.parametrize(
    ("terms", "facts"),
    [
        ({"conditions": [("member_level", {"levels": ["vip"]})]}, Facts()),
        ({"conditions": [("line_quantity", {"least": 2})]}, Facts()),
        ({"paused": True}, Facts()),
        ({"starts_at": NOON + timedelta(seconds=1)}, Facts()),
        ({"ends_at": NOON}, Facts()),
        ({"limited_uses": True}, Facts(uses_left={"campaign:1": 0})),
        ({"budgeted": True}, Facts(budget_left_cents={"campaign:1": 0})),
        ({"limited_units": True}, Facts(units_left={("campaign:1", "*"): 9, ("campaign:1", "A"): 0})),
        ({"by_coupon": True}, Facts(coupons=(held("coupon:1", "campaign:1", valid_until=NOON),))),
        ({"by_coupon": True}, Facts(coupons=(held("coupon:1", "campaign:1", locked=True),))),
        ({"owner": "s2"}, Facts()),
        ({"scope": replace(EVERYTHING, excluded_skus=frozenset({"A"}))}, Facts()),
    ],
)
def test_an_offer_that_cannot_apply_costs_no_quote(quotes, terms, facts):
    book = compile_book([reduction("campaign:1", 1, 1, **terms)])
    assert price_many([goods("A", 10_000)], VIEWER, book, facts) == [UnitPrices(10_000, 10_000, 10_000)]
    assert quotes == []


@pytest.mark.req("SHP-01")
def test_the_viewer_is_judged_once_however_many_skus_are_listed(monkeypatch):
    judged = []
    monkeypatch.setattr(MemberLevel, "unmet_by_cart", lambda rule, cart: judged.append(cart.shopper.level))
    book = compile_book([reduction("campaign:1", 1, 1, conditions=[("member_level", {"levels": ["vip"]})])])
    viewer = replace(VIEWER, shopper=Shopper(id="7", level="vip"))
    price_many([goods(f"S{number}", 10_000) for number in range(100)], viewer, book)
    assert len(judged) == 2  # once for the viewer, once in the one quote


@pytest.mark.req("CAM-08")
def test_skus_of_one_price_are_told_apart_where_the_stock_of_one_is_used_up():
    flash = offer("campaign:1", "percent_off", {"rate_bp": 1000}, layer=Layer.ITEM, limited_units=True)
    facts = Facts(units_left={("campaign:1", "*"): 9, ("campaign:1", "A"): 0, ("campaign:1", "B"): 3})
    lines = [goods(sku, 10_000) for sku in "ABC"]
    assert [found.tag_cents for found in price_many(lines, VIEWER, compile_book([flash]), facts)] == [
        10_000,
        9000,
        9000,
    ]


@pytest.mark.req("CAM-08", "CPN-08")
def test_two_coupons_on_one_unit_count_as_two_pieces_of_the_stock():
    offers = [
        coupon_offer("template:1", 1000, 1000, limited_units=True, coupons_per_order=2, combines_with=TERMS),
    ]
    facts = Facts(
        units_left={("template:1", "A"): 1, ("template:1", "B"): 2},
        coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")),
    )
    found = price_many([goods("A", 10_000), goods("B", 10_000)], VIEWER, compile_book(offers), facts)
    assert [row.with_coupon_cents for row in found] == [9000, 8000]
