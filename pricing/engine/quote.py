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
from pricing.engine.assembling import assemble
from pricing.engine.book import Book
from pricing.engine.candidates import candidates_for
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.deciding import Decider, Decision, Mode
from pricing.engine.demands import demands_of
from pricing.engine.explaining import refusals, verdicts
from pricing.engine.facts import Facts
from pricing.engine.gains import nearest_gains
from pricing.engine.merging import merge
from pricing.engine.picking import with_dropped_picks
from pricing.engine.stacking import seat

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
    quote = _written(cart, decision, turned_away, by_priority=mode == "priority")
    return with_dropped_picks(quote, choices, decision.problem) if choices.gifts else quote


def decide(
    cart: Cart, book: Book, facts: Facts, choices: Choices = NO_CHOICES, *, mode: Mode, node_budget: int
) -> tuple[Decision, tuple[NotApplied, ...]]:
    """Return what price_cart writes down, before it does: the answer, and who does not come into question and why."""
    lines = merge(cart, choices)
    fees = tuple(sorted(cart.shipping, key=lambda fee: fee.shop))
    visitors = candidates_for(cart, lines, book, facts, choices)
    table = seat(lines, visitors.candidates)
    decision = Decider(table, fees, mode, node_budget).decide(demands_of(choices, table), visitors.turned_away)
    return decision, visitors.turned_away


def _written(cart: Cart, decision: Decision, turned_away: tuple[NotApplied, ...], *, by_priority: bool) -> Quote:
    """Write a decision down, with the reasons of everybody who is not in it."""
    problem, answer = decision.problem, decision.answer
    sheet = assemble(problem, answer)
    goods_cents = sum(line.net_cents for line in sheet.lines)
    list_cents = sum(line.list_cents * line.quantity for line in sheet.lines)
    shipping_cents = sum(line.net_cents for line in sheet.shipping)
    judged = verdicts(problem, answer, by_priority=by_priority)
    refused = refusals(problem, judged, turned_away, {applied.offer for applied in sheet.applied})
    return Quote(
        lines=sheet.lines,
        shipping=sheet.shipping,
        gifts=sheet.gifts,
        rewards=sheet.rewards,
        coupons=tuple(sorted(applied.coupon for applied in sheet.applied if applied.coupon)),
        applied=sheet.applied,
        not_applied=tuple(sorted(refused, key=lambda refusal: (refusal.offer, refusal.coupon or ""))),
        dropped_choices=decision.dropped,
        nearest_gains=nearest_gains(problem, answer, judged),
        list_cents=list_cents,
        discount_cents=list_cents - goods_cents,
        shipping_cents=shipping_cents,
        total_cents=goods_cents + shipping_cents,
        optimal=answer.optimal,
        bound_cents=answer.bound_cents,
        currency=cart.currency,
    )
