"""Quotes of the workload: exact to the cent in every run of the tests, timed by `make benchmark`."""

import json
from cProfile import Profile
from hashlib import sha256

import pytest

from pricing.engine.book import compile_book
from tests.benchmarks.adapter import cart_of, check, offer_of, prepare, quote
from tests.benchmarks.listings import first_view, listing, one_by_one
from tests.benchmarks.measure import MODES, distant
from tests.benchmarks.reference import greedy_quote
from tests.benchmarks.timing import exponent
from tests.benchmarks.workload import SIZES, carts, promotions

SIZE_NAMES = [f"{lines}x{count}" for lines, count in SIZES]
WORKLOAD = "d72154c3225e5c733685dcb97eac54d531cf3363b02c7921220bc0dbf1e7934e"


@pytest.mark.parametrize(("lines", "count"), SIZES, ids=SIZE_NAMES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.req("PRC-02", "PRC-03")
def test_ten_carts(benchmark, lines, count, mode):
    benchmark.group = f"ten carts of {lines} lines, {count} offers"
    book, plain = prepare(promotions(count)), carts(lines)
    built = [cart_of(cart) for cart in plain]
    quotes = benchmark(lambda: [quote(book, cart, mode) for cart in built])
    for found, cart in zip(quotes, plain, strict=True):
        check(found, cart)
        assert found.discount_cents > 0


@pytest.mark.parametrize(("lines", "count"), SIZES, ids=SIZE_NAMES)
def test_ten_carts_of_the_reference(benchmark, lines, count):
    benchmark.group = f"ten carts of {lines} lines, {count} offers"
    rows, plain = promotions(count), carts(lines)
    answers = benchmark(lambda: [greedy_quote(rows, cart) for cart in plain])
    for (nets, fee_cents, taken), cart in zip(answers, plain, strict=True):
        list_cents = sum(line["price"] * line["qty"] for line in cart["lines"])
        off_cents = sum(cents for _, place, cents in taken if place is not None)
        assert sum(nets) == list_cents - off_cents
        assert fee_cents in (0, cart["shipping"])


def test_book_of_ten_thousand_offers(benchmark):
    benchmark.group = "compiling"
    book = benchmark(prepare, promotions(10_000))
    assert len(book.offers) == 10_000


@pytest.mark.req("PRC-01", "SHP-01")
def test_listing(benchmark):
    benchmark.group = "1,000 SKUs, 50 offers"
    lines, offers, facts = listing()
    found, book = benchmark(first_view, lines, offers, facts), compile_book(offers)
    assert found[::100] == [one_by_one(line, book, facts) for line in lines[::100]]
    assert all(0 <= row.with_coupon_cents <= row.from_cents <= row.tag_cents for row in found)


@pytest.mark.req("PRC-01")
def test_offers_that_do_not_touch_a_cart_change_nothing_in_its_quote():
    near, cart = [offer_of(row) for row in promotions(5)], carts(5)[0]
    assert quote(compile_book([*near, *distant(50)]), cart) == quote(compile_book(near), cart)


@pytest.mark.req("PRC-01")
@pytest.mark.parametrize("mode", MODES)
def test_offers_that_do_not_touch_a_cart_are_never_looked_at(mode):
    near, cart = [offer_of(row) for row in promotions(5)], cart_of(carts(5)[0])
    alone, among_many = compile_book(near), compile_book([*near, *distant(2000)])
    assert calls(lambda: quote(among_many, cart, mode)) == calls(lambda: quote(alone, cart, mode)) > 100


def calls(work):
    """Return how many functions a piece of work calls."""
    work()  # what is worked out once is not counted
    profile = Profile()
    profile.runcall(work)
    return sum(row.callcount for row in profile.getstats())


def test_workload_is_the_same_in_every_run():
    """Figures of two days compare only if the carts and promotions are the same."""
    made = json.dumps([[promotions(count), carts(lines)] for lines, count in SIZES], sort_keys=True)
    assert sha256(made.encode()).hexdigest() == WORKLOAD


def test_other_seeds_make_other_carts_of_the_same_size():
    other = carts(5, count=3, seed=7)
    assert [len(cart["lines"]) for cart in other] == [5, 5, 5]
    assert other != carts(5, count=3)


def test_exponent_of_a_power_law():
    assert exponent({10: 100, 100: 10_000}) == pytest.approx(2)
    assert exponent({10: 7, 100: 7, 1000: 7}) == pytest.approx(0)
