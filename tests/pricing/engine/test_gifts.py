"""Gifts: earned by pieces or by amount, all of them or chosen ones, as far as their stock reaches."""

from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from pricing.engine.answer import DroppedChoice, Gift
from pricing.engine.choices import Choices
from pricing.engine.document import CartDocument, price_document
from pricing.engine.facts import Facts
from pricing.engine.keeping import kept_document, price_kept
from pricing.engine.layers import Layer
from pricing.engine.reasons import Reason
from tests.pricing.engine.builders import all_but, cart_of, goods, held, offer, price, reason_of, reduction, skus
from tests.pricing.engine.random_carts import random_document

MUG = {"sku": "mug", "value_cents": 3000}
PEN = {"sku": "pen", "value_cents": 500}


def gift(code="campaign:gift", *presents, offer_terms=None, **params):
    """Return a gift offer of the platform that combines with everything; by default a mug."""
    terms = {"combines_with": all_but()} | (offer_terms or {})
    return offer(code, "gift", {"gifts": list(presents or (MUG,)), **params}, **terms)


def given(quote):
    """Return the gifts of a quote as (SKU, units, value)."""
    return [(row.sku, row.quantity, row.value_cents) for row in quote.gifts]


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("quantity", "every", "total_cents", "gifts", "missing_pieces"),
    [
        (2, False, 20_000, [], 1),
        (3, False, 30_000, [("A", 1, 10_000)], None),
        (6, False, 60_000, [("A", 1, 10_000)], None),
        (6, True, 60_000, [("A", 2, 20_000)], 3),
    ],
)
def test_buy_three_and_get_one_more_of_the_same_at_nothing(quantity, every, total_cents, gifts, missing_pieces):
    deal = gift("campaign:gift", {"sku": "A", "value_cents": 10_000}, threshold_pieces=3, every=every)
    quote = price(cart_of(goods("A", 10_000, quantity)), deal)
    assert (quote.total_cents, given(quote)) == (total_cents, gifts)
    gains = [(gain.missing_pieces, gain.gain_cents, gain.added_cents) for gain in quote.nearest_gains]
    assert gains == ([(missing_pieces, 0, 10_000)] if missing_pieces else [])
    if quantity == 2:
        assert reason_of(quote, "campaign:gift") == ("below_threshold", {"missing_pieces": 1})


@pytest.mark.req("CAM-02")
def test_a_gift_counts_as_applied_with_nothing_off_and_takes_no_line():
    quote = price(cart_of(goods("A", 10_000)), gift(threshold_cents=10_000), reduction("campaign:less", 10_000, 1000))
    assert [(row.offer, row.discount_cents, row.lines) for row in quote.applied] == [
        ("campaign:gift", 0, ()),
        ("campaign:less", 1000, ("s1/A/10000",)),
    ]
    assert quote.gifts == (Gift("campaign:gift", "mug", 1, 3000),)
    assert quote.total_cents == 9000


@pytest.mark.req("CAM-02")
def test_an_amount_counts_what_earlier_layers_left_and_only_goods_in_scope():
    terms = {"offer_terms": {"scope": skus("A")}, "threshold_cents": 10_000}
    cart = cart_of(goods("A", 10_000), goods("B", 90_000))
    assert given(price(cart, gift(**terms))) == [("mug", 1, 3000)]
    quote = price(cart, gift(**terms), offer("campaign:1", "amount_off", {"off_cents": 1}, layer=Layer.ITEM))
    assert reason_of(quote, "campaign:gift") == ("below_threshold", {"missing_cents": 1})


@pytest.mark.req("CAM-02")
def test_a_gift_counts_no_line_whose_offer_it_does_not_admit():
    alone = gift(threshold_cents=10_000, offer_terms={"combines_with": frozenset({"shipping:shop"})})
    quote = price(cart_of(goods("A", 20_000)), alone, reduction("campaign:less", 100, 50))
    assert (given(quote), quote.total_cents) == ([], 19_950)


@pytest.mark.req("CAM-02", "CAM-08")
@pytest.mark.parametrize(("left", "gifts"), [(5, [("mug", 3, 9000)]), (2, [("mug", 2, 6000)]), (0, []), (None, [])])
def test_gifts_are_given_as_far_as_their_stock_reaches_and_an_unknown_stock_is_none(left, gifts):
    deal = gift("campaign:gift", {**MUG, "stock_units": 100}, threshold_pieces=1, every=True)
    facts = Facts(gifts_left={} if left is None else {("campaign:gift", "mug"): left})
    quote = price(cart_of(goods("A", 1000, 3)), deal, facts=facts)
    assert given(quote) == gifts
    if not gifts:
        assert reason_of(quote, "campaign:gift") == ("sold_out", {})
        assert quote.nearest_gains == ()


@pytest.mark.req("CAM-02")
def test_all_gifts_are_given_of_those_that_are_there():
    deal = gift("campaign:gift", {**MUG, "stock_units": 1}, {**PEN, "quantity": 2})
    assert given(price(cart_of(goods("A", 1000)), deal)) == [("pen", 2, 1000)]


PICKS = [
    ([], [("mug", 1, 3000)], None),
    (["pen"], [("pen", 1, 500)], None),
    (["bag"], [("mug", 1, 3000)], ("bag", "sold_out")),
    (["hat"], [("mug", 1, 3000)], ("hat", "unknown")),
    (["mug", "pen"], [("mug", 1, 3000)], ("pen", "too_many_gifts")),
    (["bag", "pen"], [("pen", 1, 500)], ("bag", "sold_out")),
]


@pytest.mark.req("CAM-02", "SHP-05")
@pytest.mark.parametrize(("picked", "gifts", "dropped"), PICKS)
def test_the_shopper_chooses_among_gifts_and_who_does_not_gets_the_first(picked, gifts, dropped):
    deal = gift("campaign:gift", MUG, PEN, {"sku": "bag", "value_cents": 9, "stock_units": 1}, choose=1)
    choices = Choices(gifts=frozenset(("campaign:gift", sku) for sku in picked))
    quote = price(cart_of(goods("A", 1000)), deal, choices=choices)
    assert given(quote) == gifts
    expected = [DroppedChoice("", "campaign:gift", "", Reason(dropped[1]), dropped[0])] if dropped else []
    assert list(quote.dropped_choices) == expected


@pytest.mark.req("CAM-02")
def test_a_pick_of_an_offer_that_does_not_apply_is_dropped_with_the_reason_of_the_offer():
    choices = Choices(gifts=frozenset({("campaign:gift", "mug"), ("campaign:gone", "mug")}))
    quote = price(cart_of(goods("A", 1000)), gift(threshold_cents=1500), choices=choices)
    reasons = [(row.offer, row.gift, row.reason.code) for row in quote.dropped_choices]
    assert reasons == [("campaign:gift", "mug", "below_threshold"), ("campaign:gone", "mug", "unknown")]


@pytest.mark.req("PRC-02")
def test_of_gifts_that_exclude_each_other_the_most_valuable_is_given():
    cart = cart_of(goods("A", 1000))
    in_group = {"offer_terms": {"group": "g"}}
    quote = price(cart, gift("campaign:1", PEN, **in_group), gift("campaign:2", MUG, **in_group))
    assert (given(quote), reason_of(quote, "campaign:1")) == ([("mug", 1, 3000)], ("group", {"offer": "campaign:2"}))
    alone = gift("campaign:3", {"sku": "bag", "value_cents": 3200}, offer_terms={"exclusive": "order"})
    assert given(price(cart, gift("campaign:1", PEN), gift("campaign:2", MUG), alone)) == [
        ("pen", 1, 500),
        ("mug", 1, 3000),
    ]
    assert given(price(cart, gift("campaign:2", MUG), alone)) == [("bag", 1, 3200)]


@pytest.mark.req("PRC-02")
def test_of_equal_savings_the_one_with_the_more_valuable_gifts_is_best_but_a_cent_saved_is_more():
    in_group = {"offer_terms": {"group": "g"}}
    cart = cart_of(goods("A", 10_000))
    rivals = reduction("campaign:1", 900, 500, group="g"), reduction("campaign:2", 900, 500)
    quote = price(cart, *rivals, gift("campaign:gift", **in_group))
    assert [row.offer for row in quote.applied] == ["campaign:2", "campaign:gift"]
    quote = price(cart, replace(rivals[0], benefit=reduction("x", 900, 501).benefit), *rivals[1:], gift(**in_group))
    assert [row.offer for row in quote.applied] == ["campaign:1"]


@pytest.mark.req("PRC-02")
def test_by_priority_a_gift_is_admitted_in_its_turn_and_keeps_out_its_group():
    rival = reduction("campaign:1", 900, 500, group="g")
    deal = gift(offer_terms={"group": "g", "priority": 5})
    quote = price(cart_of(goods("A", 10_000)), rival, deal, mode="priority")
    assert (given(quote), quote.total_cents) == ([("mug", 1, 3000)], 10_000)
    assert reason_of(quote, "campaign:1") == ("group", {"offer": "campaign:gift"})


@pytest.mark.req("PRC-02")
def test_hundreds_of_gifts_leave_the_search_as_short_as_without_them():
    gifts = [gift(f"campaign:g{number:03}", PEN) for number in range(200)]
    discounts = [reduction(f"campaign:r{number}", 100, 50 + number, scope=skus("A", "B")) for number in range(8)]
    cart = cart_of(goods("A", 5000), goods("B", 5000))
    quote = price(cart, *gifts, *discounts)
    assert (quote.optimal, len(quote.gifts), quote.total_cents) == (True, 200, 9943)


@pytest.mark.req("CAM-02", "PRC-02")
@pytest.mark.parametrize("node_budget", [0, 1, 3, 10])
def test_a_gift_is_given_once_also_where_the_search_ends_early(node_budget):
    rivals = [reduction(f"campaign:{n}", 100, 50 + n, scope=skus("AB"[n % 2], "C"), priority=n) for n in range(4)]
    cart = cart_of(goods("A", 5000), goods("B", 5000), goods("C", 500))
    quote = price_document(CartDocument(cart=cart, offers=(gift(), *rivals), node_budget=node_budget))
    assert (quote.optimal, quote.total_cents, given(quote)) == (False, 10_395, [("mug", 1, 3000)])


@pytest.mark.req("PRC-01", "REV-05")
def test_gifts_are_agreed_to_and_kept_with_the_order():
    deal = gift("campaign:gift", {**MUG, "stock_units": 9}, threshold_pieces=2)
    facts = Facts(gifts_left={("campaign:gift", "mug"): 9, ("campaign:other", "mug"): 9})
    document = CartDocument(cart=cart_of(goods("A", 1000, 2)), offers=(deal,), facts=facts)
    quote = price_document(document)
    kept = kept_document(document)
    assert kept.facts.gifts_left == {("campaign:gift", "mug"): 9}
    assert price_document(kept).gifts == quote.gifts
    assert quote.fingerprint != replace(quote, gifts=()).fingerprint
    assert price_kept(kept, {"A": 1}, ()).gifts == ()


@pytest.mark.req("CAM-02")
def test_mandatory_gifts_are_given_and_those_for_a_coupon_once_the_shopper_picks_it():
    cart = cart_of(goods("A", 1000))
    assert given(price(cart, gift(offer_terms={"mandatory": True}))) == [("mug", 1, 3000)]
    for_coupon = gift(offer_terms={"by_coupon": True})
    facts = Facts(coupons=(held("coupon:1", "campaign:gift"),))
    assert given(price(cart, for_coupon, facts=facts)) == []
    picked = price(cart, for_coupon, facts=facts, choices=Choices(coupons=frozenset({"coupon:1"})))
    assert (given(picked), picked.coupons) == ([("mug", 1, 3000)], ("coupon:1",))


@pytest.mark.req("CAM-08")
@for_all(st.integers(0, 10**9))
def test_no_more_gifts_are_given_than_are_left_and_prices_are_the_same_without_them(seed):
    document = random_document(seed)
    quote = price_document(document)
    limited = {
        (offer.id, row.sku)
        for offer in document.offers
        for row in offer.benefit.presents
        if row.stock_units is not None
    }
    for key in limited:
        units = sum(row.quantity for row in quote.gifts if (row.offer, row.sku) == key)
        assert units <= document.facts.gifts_left.get(key, 0)
    bare = tuple(offer for offer in document.offers if offer.benefit.TAKES_LINES or offer.mandatory)
    assert price_document(replace(document, offers=bare)).total_cents == quote.total_cents
    assert all(row.quantity > 0 and row.value_cents > 0 for row in quote.gifts)


@pytest.mark.req("PRC-02")
def test_by_priority_nobody_takes_the_lines_that_an_admitted_gift_counts_and_does_not_share():
    deal = gift(offer_terms={"priority": 5, "combines_with": frozenset({"shipping:shop"})})
    quote = price(cart_of(goods("A", 10_000)), deal, reduction("campaign:1", 900, 500), mode="priority")
    assert (given(quote), quote.total_cents) == ([("mug", 1, 3000)], 10_000)
