"""The book finds every offer that can touch a cart, and looks at no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.book import compile_book
from pricing.engine.errors import WrongParams
from pricing.engine.layers import PLATFORM
from pricing.engine.scope import EVERYTHING, Scope
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, skus
from tests.pricing.engine.random_carts import random_document

LINE = goods("A", 10_000, product="P", categories=frozenset({"leaf", "top"}), kind="virtual")
OTHER = goods("B", 10_000, shop="s2", categories=frozenset({"elsewhere"}))


def percent(code, scope, **other):
    return offer(code, "percent_off", {"rate_bp": 1000}, scope=scope, **other)


@pytest.mark.req("PRC-01")
@pytest.mark.parametrize(
    "scope",
    [
        EVERYTHING,
        skus("A", "C"),
        Scope(products=frozenset({"P"})),
        Scope(categories=frozenset({"top"})),
        Scope(shops=frozenset({"s1"})),
        Scope(kinds=frozenset({"virtual"})),
        Scope(everything=True, excluded_skus=frozenset({"C"})),
    ],
)
def test_an_offer_is_found_however_its_scope_names_the_line(scope):
    offers = [percent("campaign:1", scope), percent("campaign:2", scope, owner="s1")]
    assert compile_book(offers).touching(cart_of(LINE, OTHER)) == offers


@pytest.mark.parametrize(
    "scope", [skus("C"), Scope(products=frozenset({"A"})), Scope(shops=frozenset({"s3"})), Scope()]
)
def test_an_offer_that_names_other_goods_does_not_touch_the_cart(scope):
    quote = price(cart_of(LINE, OTHER), percent("campaign:1", scope))
    assert (quote.not_applied, quote.total_cents) == ((), 20_000)


@pytest.mark.req("PRC-04")
@pytest.mark.parametrize("scope", [EVERYTHING, skus("A"), Scope(categories=frozenset({"top"}))])
def test_an_offer_of_a_shop_that_sells_nothing_here_does_not_touch_the_cart(scope):
    assert compile_book([percent("campaign:1", scope, owner="s2")]).touching(cart_of(LINE)) == []


@pytest.mark.req("PRC-04")
def test_an_offer_whose_condition_counts_a_line_of_another_shop_touches_the_cart():
    needs_a = [("cart_contains", {"scope": {"skus": ["A"]}})]
    quote = price(cart_of(LINE), percent("campaign:1", skus("B"), owner="s2", conditions=needs_a))
    assert reason_of(quote, "campaign:1") == ("not_on_this_line", {})


def test_two_offers_with_one_id_are_refused():
    with pytest.raises(WrongParams) as refused:
        compile_book([percent("campaign:1", EVERYTHING), percent("campaign:1", skus("A"))])
    assert refused.value.field == "id"


@pytest.mark.req("PRC-01")
@given(st.integers(0, 10**9))
def test_every_offer_that_may_take_or_count_a_line_touches_the_cart(seed):
    document = random_document(seed, most_offers=12)
    touching = {found.id for found in compile_book(document.offers).touching(document.cart)}
    for each in document.offers:
        counted = [scope for rule in each.conditions if (scope := rule.counted_scope())]
        for line in document.cart.lines:
            own = each.owner in (PLATFORM, line.shop) and each.scope.meets(line)
            assert each.id in touching or not (own or any(scope.meets(line) for scope in counted))
