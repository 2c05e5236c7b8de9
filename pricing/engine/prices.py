"""The prices that pages show of one unit. Each is a quote, so pages and cart never disagree. In cents.

tag: what the cart's line shows, the item layer alone. from (到手价): everything that needs no coupon, without shipping.
with coupon: the same with the coupons held and those that could be claimed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pricing.engine.book import Book
from pricing.engine.cart import Cart, CartLine
from pricing.engine.choices import Choices
from pricing.engine.deciding import Mode
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import NO_FACTS, NODE_BUDGET, decide, price_cart
from pricing.engine.viewing import Viewing

MOST_REMEMBERED = 10_000
WITHOUT_COUPONS = Choices(coupons=frozenset())
BEST_PRICE: Mode = "best_price"


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """The three prices of one unit of a SKU, for one viewer."""

    tag_cents: int
    from_cents: int
    with_coupon_cents: int


def tag_cents(line: CartLine, viewer: Cart, book: Book, facts: Facts = NO_FACTS, *, mode: Mode = BEST_PRICE) -> int:
    """Return the price of one unit in the item layer. `viewer`: a cart whose shopper, place and time count."""
    return price_cart(_one_unit(line, viewer), book.only(Layer.ITEM), facts, WITHOUT_COUPONS, mode=mode).total_cents


def from_cents(line: CartLine, viewer: Cart, book: Book, facts: Facts = NO_FACTS, *, mode: Mode = BEST_PRICE) -> int:
    """Return the price of one unit bought alone, without coupons and shipping."""
    return price_cart(_one_unit(line, viewer), book, facts, WITHOUT_COUPONS, mode=mode).total_cents


def with_coupon_cents(
    line: CartLine, viewer: Cart, book: Book, facts: Facts = NO_FACTS, *, mode: Mode = BEST_PRICE
) -> int:
    """Return the price of one unit bought alone with the coupons held or claimable, without shipping."""
    return price_cart(_one_unit(line, viewer), book, _claimed(facts), mode=mode).total_cents


def price_many(
    lines: Iterable[CartLine], viewer: Cart, book: Book, facts: Facts = NO_FACTS, *, mode: Mode = BEST_PRICE
) -> list[UnitPrices]:
    """Return the three prices of one unit of each line, in the order of the lines: for listings, in one pass.

    The answers are those of the functions above. Units that no offer tells apart share one, also with the views before;
    and of the three prices only those are computed that can differ.
    """
    facts = _claimed(facts)
    viewing, known = Viewing(viewer, book, facts, by_priority=mode == "priority"), book.remembered
    if len(known) > MOST_REMEMBERED:
        known.clear()
    found = []
    for line in lines:
        offers = viewing.offers_on(line)
        alike = (mode, viewing.alike(line, offers))
        prices = known.get(alike)
        if prices is None:
            prices = known[alike] = _prices(_one_unit(line, viewer), book, offers, facts, mode)
        found.append(prices)
    return found


def _prices(unit: Cart, book: Book, offers: list[Offer], facts: Facts, mode: Mode) -> UnitPrices:
    """Return the prices of a unit that these offers, and no others, may take.

    Quotes are decided but not written: nobody reads their shares and reasons. Where the item offers are all that is
    settled before the search, the tag is known from the first decision.
    """
    for_all = [offer for offer in offers if not offer.needs_coupon]
    items = [offer for offer in for_all if offer.layer is Layer.ITEM]
    only_items_settle = items == [offer for offer in for_all if book.compiled[offer.id].is_settled]
    cents = {0: unit.lines[0].list_cents}  # by the number of offers: each set holds the next
    for some in (offers, for_all, items):
        if len(some) not in cents:
            subset = book.taking_every_line(some)
            decision, _ = decide(unit, subset, facts, mode=mode, node_budget=NODE_BUDGET)
            cents[len(some)] = sum(decision.answer.outcome.nets)
            if only_items_settle:
                cents.setdefault(len(items), sum(decision.problem.settled.outcome.nets))
    return UnitPrices(cents[len(items)], cents[len(for_all)], cents[len(offers)])


def _claimed(facts: Facts) -> Facts:
    """Return the facts as if everything that could be claimed were held."""
    return replace(facts, coupons=tuple([replace(coupon, held=True) for coupon in facts.coupons]))


def _one_unit(line: CartLine, viewer: Cart) -> Cart:
    return replace(viewer, lines=(replace(line, quantity=1),), shipping=())
