"""What a quote costs beside the minimal reference engine: `python -m tests.benchmarks.measure [--seed N] [--carts N]`.

One process, CPU time. Absolute times mean little on a machine that does other work; the ratios of one run do.
"""

from argparse import ArgumentParser
from dataclasses import replace
from functools import partial

from pricing.engine.book import compile_book
from pricing.engine.prices import price_many
from pricing.engine.scope import EVERYTHING
from tests.benchmarks.adapter import cart_of, offer_of, prepare, quote, total
from tests.benchmarks.listings import SKUS, VIEWER, first_view, listing, one_by_one
from tests.benchmarks.reference import greedy_quote
from tests.benchmarks.timing import cpu_seconds, exponent, spent
from tests.benchmarks.workload import CART_SEED, CARTS, SIZES, carts, promotions

MODES = ("priority", "best_price")
GROWING_LINES = 20
MATCHING = (25, 50, 100, 200)
DISTANT = (10, 100, 1000, 10_000)
NOWHERE = "nowhere"
SAMPLE = 50
MOST_LINES = 2000
HEADING = (
    "lines x offers   reference   priority, its total, all       best_price, its total, all   proved  compiling  cart"
)


def main():
    """Print the table of sizes, then how the cost grows."""
    told = _told()
    sizes(told)
    growth()
    distant_offers()
    listings()
    largest_cart()


def _told():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=CART_SEED, help="which carts are made")
    parser.add_argument("--carts", type=int, default=CARTS, help="how many of each size")
    return parser.parse_args()


def sizes(told):
    """Print one row per size: the reference; for each mode the total alone and the whole quote, with their ratios; how
    many answers are proved; compiling the book and building a cart.
    """
    print(HEADING)
    for lines, count in SIZES:
        rows, plain = promotions(count), carts(lines, told.carts, told.seed)
        base = cpu_seconds(partial(greedy_quote, rows), plain)
        compiling, building = cpu_seconds(prepare, [rows]), cpu_seconds(cart_of, plain)
        book, built = prepare(rows), [cart_of(cart) for cart in plain]
        text = f"{lines:5d} x {count:<6d} {base * 1e6:9.0f} us"
        for mode in MODES:
            for work in (total, quote):
                seconds = cpu_seconds(partial(work, book, mode=mode), built)
                text += f" {seconds * 1e6:6.0f} us {seconds / base:4.1f}x"
        proved = sum(quote(book, cart).optimal for cart in built)
        print(f"{text} {proved:4d}/{len(built)} {compiling * 1e6:8.0f} us {building * 1e6:4.0f} us", flush=True)


def growth():
    """Print the exponents where every offer may take every line."""
    built = [cart_of(cart) for cart in carts(GROWING_LINES)]
    books = {count: prepare({**row, "categories": []} for row in promotions(count)) for count in MATCHING}
    for mode in MODES:
        seconds = {count: cpu_seconds(partial(quote, book, mode=mode), built) for count, book in books.items()}
        print(f"all match, {mode}: n^{exponent(seconds):.2f} ({_listed(seconds)})", flush=True)


def distant_offers():
    """Print what offers cost that do not touch the cart: beside no offer at all, and beside 50 that touch it."""
    built = [cart_of(cart) for cart in carts(GROWING_LINES)]
    far = distant(max(DISTANT))
    print(f"book of {len(far)} offers: compiled in {spent(compile_book, [far]):.2f} s")
    for near in ([], [offer_of(row) for row in promotions(50)]):
        for mode in MODES:
            books = {count: compile_book([*near, *far[:count]]) for count in DISTANT}
            seconds = {count: cpu_seconds(partial(quote, book, mode=mode), built) for count, book in books.items()}
            none = cpu_seconds(partial(quote, compile_book(near), mode=mode), built)
            print(
                f"{len(near)} touch, others do not, {mode}: n^{exponent(seconds):.2f}, "
                f"{max(DISTANT)} cost {seconds[max(DISTANT)] / none:.2f}x of none ({_listed(seconds)})",
                flush=True,
            )


def distant(count):
    """Return offers that do not touch the workload's carts: on another category, or on everything in another shop."""
    offers = [offer_of({**row, "id": row["id"] + 1000, "categories": [NOWHERE]}) for row in promotions(count)]
    return [
        replace(offer, owner=NOWHERE, scope=EVERYTHING) if place % 2 else offer for place, offer in enumerate(offers)
    ]


def listings():
    """Print what the three prices of a SKU cost in a listing, beside three quotes for each SKU."""
    lines, offers, facts = listing()
    book = compile_book(offers)
    alone = cpu_seconds(lambda line: one_by_one(line, book, facts), lines[:SAMPLE])
    first = cpu_seconds(lambda _: first_view(lines, offers, facts), [None]) / SKUS
    again = cpu_seconds(lambda _: price_many(lines, VIEWER, book, facts), [None]) / SKUS
    print(f"listing of {SKUS} SKUs x {len(offers)} offers, of one SKU: three quotes {alone * 1e6:.0f} us, ", end="")
    print(f"first view {first * 1e6:.0f} us ({alone / first:.1f}x), later ones {again * 1e6:.0f} us", flush=True)


def largest_cart():
    """Print the seconds of a cart at the limit of lines."""
    goods = [line for cart in carts(200, count=MOST_LINES // 200) for line in cart["lines"]]
    cart = cart_of({"lines": [{**line, "product": place} for place, line in enumerate(goods)], "shipping": 990})
    for mode in MODES:
        book = prepare(promotions(50))
        print(f"{MOST_LINES} lines x 50 offers, {mode}: {spent(partial(quote, book, mode=mode), [cart]):.2f} s")


def _listed(seconds):
    return ", ".join(f"{count}: {value * 1e6:.0f} us" for count, value in seconds.items())


if __name__ == "__main__":
    main()
