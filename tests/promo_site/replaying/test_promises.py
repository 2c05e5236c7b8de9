"""A quote is doctored in one place at a time, and the promise that it breaks is named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pricing.engine.benefits.exchange import Exchange
from pricing.engine.benefits.percent_off import PercentOff
from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import price_cart
from pricing.engine.scope import Scope
from promo_site.replaying.promises import broken_promises

OFFER = Offer(
    id="campaign:1",
    name="20 % off",
    layer=Layer.ITEM,
    owner="shop",
    benefit=PercentOff(2_000),
    scope=Scope(everything=True),
    funding=(("platform", 6_000), ("shop", 4_000)),
)
CART = Cart(
    lines=(
        CartLine(key="1", shop="shop", sku="CUP", product="CUP", list_cents=1_000, quantity=3, floor_cents=700),
        CartLine(key="2", shop="shop", sku="JUG", product="JUG", list_cents=555, quantity=1),
    ),
    at=datetime(2026, 1, 1, tzinfo=UTC),
)
BOOK = compile_book([OFFER])
QUOTE = price_cart(CART, BOOK)


EXCHANGE = Offer(
    id="template:1",
    name="One cup",
    layer=Layer.COUPON,
    owner="shop",
    benefit=Exchange((("CUP", 1),)),
    scope=Scope(everything=True),
)


def broken(quote) -> list[str]:
    return broken_promises(CART, quote, BOOK.offers)


def with_first_line(**changes):
    return replace(QUOTE, lines=(replace(QUOTE.lines[0], **changes), *QUOTE.lines[1:]))


def with_shares(*cents):
    shares = QUOTE.lines[0].shares
    return tuple(replace(share, cents=part) for share, part in zip(shares, cents, strict=True))


def test_quote_of_the_engine_keeps_every_promise():
    assert QUOTE.discount_cents == 711
    assert [share.cents for share in QUOTE.lines[0].shares] == [360, 240]
    assert broken(QUOTE) == []


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        pytest.param(with_first_line(net_cents=2_399), "list 3000 - shares 600 is not net 2399", id="net"),
        pytest.param(with_first_line(shares=with_shares(361, 240)), "list 3000 - shares 601 is not net", id="shares"),
        pytest.param(with_first_line(shares=with_shares(601, -1)), "a share is negative", id="negative share"),
        pytest.param(
            with_first_line(shares=with_shares(359, 241)), "platform pays 359 of campaign:1, its portion is 360", id="f"
        ),
        pytest.param(with_first_line(net_cents=2_000), "net 2000 is below the floor 2100", id="floor"),
        pytest.param(with_first_line(parts=(("1", 2),)), "input line 1: 3 units bought, 2 priced", id="units"),
        pytest.param(with_first_line(list_cents=999), "list price 999, bought at 1000", id="list price"),
        pytest.param(replace(QUOTE, applied=()), "campaign:1: discount 0, shares 711", id="offer"),
        pytest.param(replace(QUOTE, total_cents=1), "total 1, its lines and shipping 2844", id="total"),
        pytest.param(replace(QUOTE, discount_cents=1), "discount 1, its lines 711", id="discount"),
        pytest.param(replace(QUOTE, list_cents=1), "list 1, its lines 3555", id="list"),
    ],
)  # fmt: skip
def test_broken_promise_is_named(quote, said):
    assert any(said in sentence for sentence in broken(quote)), broken(quote)


def test_a_coupon_may_be_exchanged_for_a_piece_whatever_its_floor():
    book = compile_book([EXCHANGE])
    held = HeldCoupon(id="1", offer="template:1", valid_from=CART.at, valid_until=datetime(2027, 1, 1, tzinfo=UTC))
    quote = price_cart(CART, book, Facts(coupons=(held,)))
    assert [line.net_cents for line in quote.lines if line.sku == "CUP"] == [0, 2_000]
    assert broken_promises(CART, quote, book.offers) == []
