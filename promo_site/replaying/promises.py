"""What must hold of every quote, whatever the cart and the offers: the invariants of the engine's contract."""

from collections import Counter
from collections.abc import Iterator, Mapping

from pricing.engine.allocation import funded
from pricing.engine.answer import Quote, QuoteLine
from pricing.engine.cart import Cart
from pricing.engine.offer import Offer


def broken_promises(cart: Cart, quote: Quote, offers: Mapping[str, Offer]) -> list[str]:
    """Return a sentence for every promise that the quote does not keep; none is the normal case."""
    found = [*_lines(cart, quote, offers), *_units(cart, quote), *_offers(quote)]
    return [*found, *_funders(quote, offers), *_totals(quote)]


def _lines(cart: Cart, quote: Quote, offers: Mapping[str, Offer]) -> Iterator[str]:
    floors = {line.key: min(line.list_cents, line.floor_cents) for line in cart.lines}
    for line in quote.lines:
        list_cents = line.list_cents * line.quantity
        given_cents = sum(share.cents for share in line.shares)
        if list_cents - given_cents != line.net_cents:
            yield f"line {line.key}: list {list_cents} - shares {given_cents} is not net {line.net_cents}"
        if any(share.cents < 0 for share in line.shares):
            yield f"line {line.key}: a share is negative"
        floor_cents = max(floors[key] for key, _ in line.parts) * line.quantity
        is_exchanged = any(offers[share.offer].benefit.BELOW_FLOORS for share in line.shares)
        if line.net_cents < floor_cents and not is_exchanged:
            yield f"line {line.key}: net {line.net_cents} is below the floor {floor_cents}"


def _units(cart: Cart, quote: Quote) -> Iterator[str]:
    """Every unit of the cart is in the quote once, at its own list price."""
    bought = {line.key: (line.quantity, line.list_cents) for line in cart.lines}
    priced: Counter[str] = Counter()
    for line in quote.lines:
        for key, units in line.parts:
            priced[key] += units
            if bought[key][1] != line.list_cents:
                yield f"line {line.key}: list price {line.list_cents}, bought at {bought[key][1]}"
    for key, (quantity, _) in bought.items():
        if priced[key] != quantity:
            yield f"input line {key}: {quantity} units bought, {priced[key]} priced"


def _offers(quote: Quote) -> Iterator[str]:
    given: Counter[tuple[str, str | None]] = Counter()
    for line in [*quote.lines, *quote.shipping]:
        for share in line.shares:
            given[share.offer, share.coupon] += share.cents
    applied = Counter({(one.offer, one.coupon): one.discount_cents for one in quote.applied})
    for offer, coupon in given.keys() | applied.keys():
        if given[offer, coupon] != applied[offer, coupon]:
            yield f"{coupon or offer}: discount {applied[offer, coupon]}, shares {given[offer, coupon]}"


def _funders(quote: Quote, offers: Mapping[str, Offer]) -> Iterator[str]:
    """The funders' parts of each line are the steps of their portions of the running total."""
    for applied in quote.applied:
        funding = offers[applied.offer].funding
        if not funding:
            continue
        lines = [line for line in quote.lines if any(share.offer == applied.offer for share in line.shares)]
        expected = funded([_given(line, applied.offer) for line in lines], funding)
        for (funder, _), parts in zip(funding, expected, strict=True):
            for line, part in zip(lines, parts, strict=True):
                if (found := _given(line, applied.offer, funder)) != part:
                    yield f"line {line.key}: {funder} pays {found} of {applied.offer}, its portion is {part}"


def _given(line: QuoteLine, offer: str, funder: str | None = None) -> int:
    return sum(share.cents for share in line.shares if share.offer == offer and funder in (None, share.funder))


def _totals(quote: Quote) -> Iterator[str]:
    list_cents = sum(line.list_cents * line.quantity for line in quote.lines)
    net_cents = sum(line.net_cents for line in quote.lines)
    shipping_cents = sum(line.net_cents for line in quote.shipping)
    if quote.list_cents != list_cents:
        yield f"list {quote.list_cents}, its lines {list_cents}"
    if quote.discount_cents != list_cents - net_cents:
        yield f"discount {quote.discount_cents}, its lines {list_cents - net_cents}"
    if quote.total_cents != net_cents + shipping_cents:
        yield f"total {quote.total_cents}, its lines and shipping {net_cents + shipping_cents}"
