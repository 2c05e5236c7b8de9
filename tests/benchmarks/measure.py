"""CPU time of a quote, beside the minimal reference engine: `python -m tests.benchmarks.measure`.

Absolute times on a shared machine mean little; the ratio of one run does. Kinds of promotion that the engine does not
have yet (`MISSING`) are left out of both.
"""

import gc
import time
from datetime import UTC, datetime
from statistics import median

from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine, ShippingFee
from pricing.engine.layers import TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import price_cart
from pricing.engine.registry import load_benefit, load_condition
from pricing.engine.scope import EVERYTHING, Scope
from tests.benchmarks.reference import greedy_quote
from tests.benchmarks.workload import SIZES, carts, promotions

MISSING = frozenset({"second_half", "three_for_two"})
FEE_CENTS = 990
ROUNDS = 5
NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def offer_of(row):
    """Return the offer of a promotion; all share lines unless exclusive."""
    layer, scope, conditions = Layer.ORDER, EVERYTHING, ()
    if row["kind"] == "threshold_off":
        tier = {"threshold_cents": row["threshold"], "off_cents": min(row["off"], row["threshold"])}
        benefit = load_benefit("spend_tiers", {"tiers": [tier]})
    elif row["kind"] == "percent_category":
        scope = Scope(categories=frozenset(str(code) for code in row["categories"]))
        benefit = load_benefit("percent_off", {"rate_bp": row["percent"] * 100})
    else:
        layer, benefit = Layer.SHIPPING, load_benefit("free_shipping", {})
        conditions = (load_condition("min_spend", {"threshold_cents": row["threshold"]}),)
    alone = row["exclusive"] and layer is not Layer.SHIPPING
    return Offer(
        id=f"campaign:{row['id']:03d}",
        name=row["kind"],
        layer=layer,
        owner="platform",
        benefit=benefit,
        scope=scope,
        conditions=conditions,
        priority=row["priority"],
        combines_with=TERMS,
        exclusive="lines" if alone else "none",
    )


def cart_of(lines):
    """Return the cart of (product, category, price, quantity) rows, all of one shop."""
    found = tuple(
        CartLine(
            key=str(product),
            shop="shop",
            sku=str(product),
            product=str(product),
            list_cents=price,
            quantity=quantity,
            categories=frozenset({str(category)}),
        )
        for product, category, price, quantity in lines
    )
    return Cart(lines=found, at=NOON, shipping=(ShippingFee("shop", FEE_CENTS),))


def cpu_seconds(quote, items):
    """Return the median over rounds of the mean CPU time of one call."""
    rounds = []
    gc.collect()
    for _ in range(ROUNDS):
        started, calls = time.process_time(), 0
        while time.process_time() - started < 0.1:
            for item in items:
                quote(item)
            calls += len(items)
        rounds.append((time.process_time() - started) / calls)
    return median(rounds)


def main():
    """Print one row per size: microseconds of the reference, then of each mode with its ratio."""
    print("lines x offers  reference     priority           best_price         proved")
    for lines, count in SIZES:
        rows = [row for row in promotions(count) if row["kind"] not in MISSING]
        book, plain = compile_book(offer_of(row) for row in rows), carts(lines)
        quoted = [cart_of(cart) for cart in plain]
        base = cpu_seconds(lambda cart, rows=rows: greedy_quote(rows, cart, FEE_CENTS), plain)
        text = f"{lines:5d} x {len(rows):<6d} {base * 1e6:9.0f} us"
        for mode in ("priority", "best_price"):
            spent = cpu_seconds(lambda cart, book=book, mode=mode: price_cart(cart, book, mode=mode), quoted)
            text += f" {spent * 1e6:9.0f} us {spent / base:5.1f}x"
        proved = sum(price_cart(cart, book).optimal for cart in quoted)
        print(f"{text} {proved:4d} of {len(quoted)}", flush=True)


if __name__ == "__main__":
    main()
