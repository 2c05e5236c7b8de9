"""The shopper's choices are constraints of the same search; what cannot be had is dropped with its reason."""

import pytest

from pricing.engine.choices import Choices
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from tests.pricing.engine.builders import (
    all_but,
    cart_of,
    coupon_offer,
    goods,
    held,
    offer,
    price,
    reason_of,
    reduction,
    share_sums,
    skus,
)

pytestmark = pytest.mark.req("SHP-05", "PRC-02")

CART = cart_of(goods("A", 10_000), goods("B", 20_000))


def dropped(quote):
    """Return what was dropped: (line, offer, coupon, reason)."""
    return [(row.line, row.offer, row.coupon, row.reason.code) for row in quote.dropped_choices]


def pinned(**lines):
    """Return the choice of an offer, by its number, for each line."""
    return Choices(pinned={line: f"campaign:{number}" for line, number in lines.items()})


def test_a_refused_coupon_is_not_used_and_the_next_best_is():
    coupons = held("coupon:1", "template:1"), held("coupon:2", "template:2")
    offers = coupon_offer("template:1", 10_000, 2000), coupon_offer("template:2", 10_000, 1500)
    choices = Choices(refused_coupons=frozenset({"coupon:1"}))
    quote = price(CART, *offers, facts=Facts(coupons=coupons), choices=choices)
    assert (quote.coupons, quote.discount_cents) == (("coupon:2",), 1500)
    assert reason_of(quote, "coupon:1") == ("not_chosen_by_shopper", {})
    assert dropped(quote) == []


def test_picking_no_coupon_uses_none():
    facts = Facts(coupons=(held("coupon:1", "template:1"),))
    quote = price(CART, coupon_offer("template:1", 100, 100), facts=facts, choices=Choices(coupons=frozenset()))
    assert (quote.coupons, quote.discount_cents) == ((), 0)


def test_a_refused_coupon_makes_room_for_its_twin_that_expires_later():
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")))
    choices = Choices(refused_coupons=frozenset({"coupon:1"}))
    assert price(CART, coupon_offer("template:1", 100, 100), facts=facts, choices=choices).coupons == ("coupon:2",)


def test_a_pinned_line_is_closed_to_whoever_cannot_share_it_with_the_pinned_offer():
    small, large = reduction("campaign:1", 10_000, 1000), reduction("campaign:2", 20_000, 5000)
    assert share_sums(price(CART, small, large)) == [1667, 3333]
    quote = price(CART, small, large, choices=pinned(B=1))
    assert share_sums(quote) == [333, 667]
    assert reason_of(quote, "campaign:2") == ("below_threshold", {"missing_cents": 10_000})


def test_a_limited_offer_may_be_pinned_as_far_as_its_units_go():
    flash = offer("campaign:1", "fixed_price", {"price_cents": 9000}, layer=Layer.ITEM, limited_uses=True)
    facts = Facts(uses_left={"campaign:1": 1})
    quote = price(CART, flash, facts=facts, choices=pinned(A=1, B=1))
    assert share_sums(quote) == [0, 11_000]
    assert dropped(quote) == [("A", "campaign:1", "", "not_on_this_line")]


def test_of_two_pins_that_exclude_each_other_the_first_line_keeps_its_own():
    one, other = (reduction(f"campaign:{number}", 10_000, 1000, group="g") for number in (1, 2))
    quote = price(CART, one, other, choices=pinned(A=2, B=1))
    assert [row.offer for row in quote.applied] == ["campaign:2"]
    assert dropped(quote) == [("B", "campaign:1", "", "group")]


def test_a_pin_of_an_offer_that_is_below_its_threshold_is_dropped_with_what_is_missing():
    quote = price(CART, reduction("campaign:1", 50_000, 1000), choices=pinned(A=1))
    assert dropped(quote) == [("A", "campaign:1", "", "below_threshold")]
    assert quote.dropped_choices[0].reason.figures == {"missing_cents": 20_000}


def test_a_pin_of_an_offer_that_does_not_exist_or_not_for_this_line_is_dropped():
    of_b = reduction("campaign:1", 100, 100, scope=skus("B"))
    assert dropped(price(CART, of_b, choices=pinned(A=1))) == [("A", "campaign:1", "", "not_on_this_line")]
    assert dropped(price(CART, of_b, choices=pinned(A=9))) == [("A", "campaign:9", "", "not_on_this_line")]


def test_a_pin_of_a_line_that_is_not_there_any_more_is_dropped():
    quote = price(CART, reduction("campaign:1", 100, 100), choices=pinned(gone=1))
    assert dropped(quote) == [("gone", "campaign:1", "", "not_on_this_line")]
    assert quote.discount_cents == 100


def test_an_offer_that_is_pinned_and_barred_on_one_line_stays_off():
    choices = Choices(pinned={"A": "campaign:1"}, barred=frozenset({("A", "campaign:1"), ("B", "campaign:1")}))
    quote = price(CART, reduction("campaign:1", 100, 100), choices=choices)
    assert dropped(quote) == [("A", "campaign:1", "", "not_chosen_by_shopper")]
    assert reason_of(quote, "campaign:1") == ("not_chosen_by_shopper", {})


def test_a_mandatory_offer_does_not_give_way_to_a_pin():
    forced = reduction("campaign:1", 100, 100, mandatory=True)
    quote = price(CART, forced, reduction("campaign:2", 100, 90), choices=pinned(A=2))
    assert [row.offer for row in quote.applied] == ["campaign:1"]
    assert dropped(quote) == [("A", "campaign:2", "", "excluded_by")]


def test_by_priority_too_the_pinned_offer_comes_first():
    first, second = reduction("campaign:1", 100, 100, priority=9), reduction("campaign:2", 100, 90)
    quote = price(CART, first, second, choices=pinned(A=2, B=2), mode="priority")
    assert [row.offer for row in quote.applied] == ["campaign:2"]


def test_of_one_template_that_allows_one_the_second_pick_is_dropped():
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:1")))
    choices = Choices(coupons=frozenset({"coupon:1", "coupon:2"}))
    quote = price(CART, coupon_offer("template:1", 100, 100), facts=facts, choices=choices)
    assert quote.coupons == ("coupon:1",)
    assert dropped(quote) == [("", "", "coupon:2", "better_combination")]


@pytest.mark.req("PRC-02")
def test_exclusions_in_a_circle_leave_the_best_one_that_is_found_in_no_time():
    terms = ["order:shop", "order:platform", "coupon:platform"]
    circle = {term: frozenset({terms[place - 1]}) for place, term in enumerate(terms)}
    offers = (
        reduction("campaign:1", 5000, 300, owner="s1", combines_with=circle["order:shop"]),
        reduction("campaign:2", 5000, 400, combines_with=circle["order:platform"]),
        coupon_offer("template:3", 5000, 200, combines_with=circle["coupon:platform"]),
    )
    quote = price(CART, *offers, facts=Facts(coupons=(held("coupon:3", "template:3"),)))
    assert (quote.discount_cents, quote.optimal) == (400, True)
    assert [row.reason.code for row in quote.not_applied] == ["better_combination"] * 2


@pytest.mark.req("PRC-02")
def test_three_rivals_on_three_lines_in_a_circle_share_them_by_who_takes_first():
    cart = cart_of(goods("A", 1000), goods("B", 1000), goods("C", 1000))
    circle = [("A", "B"), ("B", "C"), ("C", "A")]
    offers = [
        reduction(f"campaign:{place}", 1000, 100, scope=skus(*pair), combines_with=all_but("order:platform"))
        for place, pair in enumerate(circle)
    ]
    quote = price(cart, *offers)
    assert [(row.offer, row.lines) for row in quote.applied] == [
        ("campaign:0", ("s1/A/1000", "s1/B/1000")),
        ("campaign:1", ("s1/C/1000",)),
    ]
    assert (quote.discount_cents, quote.optimal) == (200, True)
