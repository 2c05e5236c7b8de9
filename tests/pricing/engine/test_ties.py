"""Of answers that save the same one is the best: what decides, one after the other."""

from datetime import timedelta

import pytest

from pricing.engine.facts import Facts
from tests.pricing.engine.builders import NOON, all_but, cart_of, coupon_offer, goods, held, price, reduction, skus

pytestmark = pytest.mark.req("PRC-02")

SECOND = timedelta(seconds=1)
CART = cart_of(goods("A", 10_000))
NO_ORDER = all_but("coupon:platform", "order:platform")


def applied(quote):
    """Return who applied, coupons by their own id."""
    return [row.coupon or row.offer for row in quote.applied]


def test_a_larger_saving_beats_whatever_else_decides():
    facts = Facts(coupons=(held("coupon:1", "template:1"),))
    rivals = (
        coupon_offer("template:1", 5000, 1001, combines_with=NO_ORDER),
        reduction("campaign:1", 5000, 1000, combines_with=NO_ORDER, priority=9),
    )
    assert applied(price(CART, *rivals, facts=facts)) == ["coupon:1"]


def test_fewer_coupons_come_first_whatever_the_priorities():
    facts = Facts(coupons=(held("coupon:1", "template:1", valid_until=NOON + timedelta(seconds=1)),))
    rivals = (
        coupon_offer("template:1", 5000, 1000, combines_with=NO_ORDER, priority=9),
        reduction("campaign:9", 5000, 1000, combines_with=NO_ORDER),
    )
    assert applied(price(CART, *rivals, facts=facts)) == ["campaign:9"]


def test_then_the_coupon_that_expires_sooner_whatever_the_priorities():
    facts = Facts(coupons=(held("coupon:1", "template:1"), held("coupon:2", "template:2", valid_until=NOON + SECOND)))
    rivals = coupon_offer("template:1", 5000, 1000, priority=9), coupon_offer("template:2", 5000, 1000)
    assert applied(price(CART, *rivals, facts=facts)) == ["coupon:2"]


def test_of_two_expiries_the_soonest_counts_first():
    """One answer uses a coupon of today and one of Friday, the other a coupon of tomorrow and one of Thursday."""
    days = {"1": 1, "2": 5, "3": 2, "4": 4}
    coupons = [held(f"coupon:{n}", f"template:{n}", valid_until=NOON + timedelta(days=day)) for n, day in days.items()]
    shop = {"owner": "s1"}
    rivals = (
        coupon_offer("template:1", 5000, 500, **shop, combines_with=frozenset({"coupon:platform"}), group="a"),
        coupon_offer("template:2", 5000, 500, combines_with=frozenset({"coupon:shop"}), group="b"),
        coupon_offer("template:3", 5000, 500, **shop, combines_with=frozenset({"coupon:platform"}), group="b"),
        coupon_offer("template:4", 5000, 500, combines_with=frozenset({"coupon:shop"}), group="a"),
    )
    assert applied(price(CART, *rivals, facts=Facts(coupons=tuple(coupons)))) == ["coupon:1", "coupon:2"]


def test_then_the_higher_priority():
    rivals = reduction("campaign:1", 5000, 1000), reduction("campaign:2", 5000, 1000, priority=1)
    assert applied(price(CART, *rivals)) == ["campaign:2"]


def test_then_the_id_as_text():
    rivals = reduction("campaign:9", 5000, 1000), reduction("campaign:10", 5000, 1000)
    assert applied(price(CART, *rivals)) == ["campaign:10"]


def test_of_equal_coupons_of_one_template_the_first_to_expire_then_the_first_by_id():
    facts = Facts(
        coupons=(
            held("coupon:3", "template:1"),
            held("coupon:2", "template:1"),
            held("coupon:1", "template:1", valid_until=NOON + timedelta(days=9)),
        )
    )
    assert applied(price(CART, coupon_offer("template:1", 5000, 1000), facts=facts)) == ["coupon:2"]


def test_of_one_set_in_two_taking_orders_the_first_by_id_takes_first():
    """Both take A, B or C; whoever comes first takes all three, and leaves the other the line that only it may have."""
    both = reduction("campaign:1", 1000, 300), reduction("campaign:2", 1000, 300)
    cart = cart_of(goods("A", 1000), goods("B", 1000), goods("C", 1000))
    first, second = (
        reduction("campaign:1", 1000, 300, scope=skus("A", "B")),
        reduction("campaign:2", 1000, 300, scope=skus("B", "C")),
    )
    quote = price(cart, first, second)
    assert [row.lines for row in quote.applied] == [("s1/A/1000", "s1/B/1000"), ("s1/C/1000",)]
    assert price(cart, second, first) == quote
    assert applied(price(cart, *both)) == ["campaign:1"]
