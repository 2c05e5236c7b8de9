"""price_cart(cart, book, facts, choices) -> Quote: the single entry of the engine."""

from pricing.engine.answer import (
    Applied,
    DroppedChoice,
    Gain,
    Gift,
    NotApplied,
    Quote,
    QuoteLine,
    Reward,
    Share,
    ShippingLine,
)
from pricing.engine.book import Book
from pricing.engine.candidates import candidates_for
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.deciding import Decider, Decision, Mode
from pricing.engine.demands import demands_of
from pricing.engine.facts import Facts
from pricing.engine.merging import merge
from pricing.engine.picking import with_dropped_picks
from pricing.engine.stacking import seat
from pricing.engine.writing import written

NODE_BUDGET = 10_000
NO_FACTS = Facts()
NO_CHOICES = Choices()

__all__ = [
    "Applied",
    "DroppedChoice",
    "Gain",
    "Gift",
    "NotApplied",
    "Quote",
    "QuoteLine",
    "Reward",
    "Share",
    "ShippingLine",
    "price_cart",
]


def price_cart(
    cart: Cart,
    book: Book,
    facts: Facts = NO_FACTS,
    choices: Choices = NO_CHOICES,
    *,
    mode: Mode = "best_price",
    node_budget: int = NODE_BUDGET,
) -> Quote:
    """Return what the cart costs, and why. Money in cents; the same input always gives the same answer.

    `best_price` finds the combination that saves most; `priority` admits offers by priority. Beyond `node_budget`
    steps of search the answer is the best found, with a bound of what could be missing. Refuses one SKU of a shop
    that two lines describe differently (WrongDocument).
    """
    decision, turned_away = decide(cart, book, facts, choices, mode=mode, node_budget=node_budget)
    quote = written(decision, turned_away, cart.currency, by_priority=mode == "priority")
    return with_dropped_picks(quote, choices, decision.problem) if choices.gifts else quote


def decide(
    cart: Cart, book: Book, facts: Facts, choices: Choices = NO_CHOICES, *, mode: Mode, node_budget: int
) -> tuple[Decision, tuple[NotApplied, ...]]:
    """Return what price_cart writes down: the answer, and who does not come into question and why."""
    lines = merge(cart, choices)
    fees = tuple(sorted(cart.shipping, key=lambda fee: fee.shop))
    visitors = candidates_for(cart, lines, book, facts, choices)
    table = seat(lines, visitors.candidates)
    decision = Decider(table, fees, mode, node_budget).decide(demands_of(choices, table), visitors.turned_away)
    return decision, visitors.turned_away
