"""Asking the engine about carts in one world, and reading off its answers what they leave of a SKU."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

from campaigns.conflicts.world import Guest, Units, World, basket
from pricing.engine.book import Book, compile_book
from pricing.engine.by_line import LineCondition
from pricing.engine.cart import Shopper
from pricing.engine.choices import Choices
from pricing.engine.deciding import Decision
from pricing.engine.offer import Offer
from pricing.engine.quote import NODE_BUDGET, Quote, decide

LONG_AGO, FAR_AHEAD = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
ANYBODY = Guest(Shopper(id="anybody"))


@dataclass(frozen=True, slots=True)
class Worth:
    """What all units of one SKU leave in a cart: what is paid for them, less what the order costs besides.

    `extras_cents`: gifts at cost, rewards at their expected cost and the shipping that is given away; in a cart of
    several goods, this SKU's part by list price, rounded up.
    """

    pieces: int
    net_cents: int
    extras_cents: int

    @property
    def left_cents(self) -> int:
        """What is left of all units; below zero where gifts cost more than is paid."""
        return self.net_cents - self.extras_cents

    @property
    def unit_cents(self) -> int:
        """What is left of one unit, rounded down."""
        return self.left_cents // self.pieces

    def is_deeper_than(self, other: "Worth") -> bool:
        """Whether less is left of a unit; of equal ones fewer pieces are the simpler example."""
        mine, theirs = self.left_cents * other.pieces, other.left_cents * self.pieces
        return (mine, self.pieces) < (theirs, other.pieces)


class Desk:
    """Asks what a cart comes to with chosen offers of a world, as if all of them ran and were open to anybody."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.book = compile_book(_always_open(offer) for offer in world.offers)
        coupons = [replace(one, valid_from=LONG_AGO, valid_until=FAR_AHEAD) for one in world.facts.coupons]
        self.facts = replace(world.facts, coupons=tuple(coupons))

    def alone(self, units: Units, offers: Iterable[Offer]) -> Decision:
        """Return the decision on a cart of one SKU that all these offers may take."""
        return self._decided(units, self.book.taking_every_line(offers), offers)

    def together(self, units: Units, offers: Iterable[Offer]) -> Decision:
        """Return the decision on a cart of several SKUs."""
        chosen = compile_book(self.book.offers[offer.id] for offer in offers)
        return self._decided(units, chosen, offers)

    def _decided(self, units: Units, book: Book, offers: Iterable[Offer]) -> Decision:
        cart = basket(units, ANYBODY, self.world.starts_at, self.world.currency)
        choices = dearest_gifts(self.world.costs, offers)
        decision, _ = decide(cart, book, self.facts, choices, mode="best_price", node_budget=NODE_BUDGET)
        return decision


def dearest_gifts(costs: Mapping[str, int], offers: Iterable[Offer]) -> Choices:
    """Return the choice of a shopper who picks the gifts that cost most, where an offer lets pick."""
    picked: set[tuple[str, str]] = set()
    for offer in offers:
        choose, presents = getattr(offer.benefit, "choose", None), offer.benefit.presents
        if choose and presents:
            cost = {gift.sku: gift.quantity * costs.get(gift.sku, gift.value_cents) for gift in presents}
            picked |= {(offer.id, sku) for sku in sorted(cost, key=lambda sku: (-cost[sku], sku))[:choose]}
    return Choices(gifts=frozenset(picked))


def worth_of_decision(costs: Mapping[str, int], decision: Decision, sku: str) -> Worth:
    """Return what a decision leaves of a SKU; equal to what `worth_of_quote` says of its quote."""
    table, answer = decision.problem.table, decision.answer
    given = [one.added for one in answer.outcome.given]
    fees_cents = sum([fee.fee_cents for fee in decision.problem.fees]) - sum(answer.outcome.fees)
    extras_cents = fees_cents + cost_of_gifts(costs, chain.from_iterable([one.gifts for one in given]))
    extras_cents += sum([coupon.value_cents for one in given for coupon in one.coupons])
    rows = zip(answer.segments.lines, answer.segments.quantities, answer.outcome.nets, strict=True)
    return _worth(sku, [(table.lines[line].line, pieces, net) for line, pieces, net in rows], extras_cents)


def worth_of_quote(costs: Mapping[str, int], quote: Quote, sku: str) -> Worth:
    """Return what a quote leaves of a SKU."""
    extras_cents = (
        cost_of_gifts(costs, quote.gifts)
        + sum(reward.value_cents for reward in quote.rewards)
        + sum(line.fee_cents - line.net_cents for line in quote.shipping)
    )
    return _worth(sku, [(line, line.quantity, line.net_cents) for line in quote.lines], extras_cents)


def cost_of_gifts(costs: Mapping[str, int], gifts: Iterable[object]) -> int:
    """Return what the gifts cost; one whose cost is not known counts with the value that its campaign states."""
    return sum([costs[gift.sku] * gift.quantity if gift.sku in costs else gift.value_cents for gift in gifts])


def _worth(sku: str, rows: list[tuple[object, int, int]], extras_cents: int) -> Worth:
    """Sum up rows of (line, pieces, net); the extras are split by list price, where there are several goods."""
    own = [(line.list_cents * pieces, pieces, net) for line, pieces, net in rows if line.sku == sku]
    list_cents, pieces, net_cents = (sum(column) for column in zip(*own, strict=True))
    if len(own) < len(rows):
        all_cents = sum([line.list_cents * pieces for line, pieces, _ in rows])
        extras_cents = -(-extras_cents * list_cents // all_cents) if all_cents else extras_cents
    return Worth(pieces, net_cents, extras_cents)


def _always_open(offer: Offer) -> Offer:
    """Return the offer without what only guest, place and time decide: who asks has looked at that before."""
    kept = tuple(rule for rule in offer.conditions if rule.ASKS == "lines" or isinstance(rule, LineCondition))
    return replace(offer, starts_at=None, ends_at=None, conditions=kept)
