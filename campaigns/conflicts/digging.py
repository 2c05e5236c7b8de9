"""Digging for the deepest price of one SKU: which carts are asked about, and which need not be.

For a SKU alone, what is left is the list price less everything that the shopper saves and what gifts cost. One more
optional offer never saves less. So the offers of many occasions are first asked about all at once: what they save
together is a bound of what each occasion saves, and if all that applied is open on one occasion, it is that one's
answer. Offers that are settled before others are looked at may do harm, so occasions with different ones stay apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.conflicts.asking import Desk, Worth, cost_of_gifts, dearest_gifts, worth_of_decision
from campaigns.conflicts.ceilings import saving_at_most
from campaigns.conflicts.occasions import Calendar, Occasion
from campaigns.conflicts.partners import baskets_with_partners
from campaigns.conflicts.quantities import prices_seen, quantities
from campaigns.conflicts.thresholds import Thresholds
from campaigns.conflicts.world import Good, Units
from pricing.engine.additions import Shelf
from pricing.engine.bits import places
from pricing.engine.compiled import Compiled
from pricing.engine.deciding import Decision
from pricing.engine.offer import Offer
from pricing.engine.rules import Lines

MOST_QUANTITIES = 60


@dataclass(frozen=True, slots=True)
class Find:
    """The deepest so far: what is left, on which occasion, with which units and open offers."""

    worth: Worth
    occasion: Occasion
    units: Units
    offers: tuple[Offer, ...]


class Dig:
    """The search for one SKU. `sure` and `bound_cents` say whether the engine has proved all its answers."""

    def __init__(
        self,
        desk: Desk,
        calendar: Calendar,
        good: Good,
        touching: Sequence[Compiled],
        thresholds: Sequence[Thresholds],
    ) -> None:
        self.desk, self.calendar, self.good = desk, calendar, good
        self.touching, self.thresholds = touching, thresholds
        self.bits = [calendar.bits[found.offer.id] for found in touching]
        self.costs = desk.world.costs
        self.best: Find | None = None
        self.sure, self.bound_cents = True, 0

    def deepest(self) -> Find:
        """Return the deepest find."""
        for occasions in self.parties():
            self._try_alone(occasions)
            self._try_with_partners(occasions)
        assert self.best is not None, "one unit is always tried"
        return self.best

    def parties(self) -> list[list[Occasion]]:
        """Return the occasions worth trying, those together whose settled offers are the same, but for hopeless ones.

        Hopeless is who has settled nothing at one unit though it asks for no more and runs out of nothing: among
        offers that are settled by the unit price, another one is better, however many are bought.
        """
        found: dict[int, dict[int, Occasion]] = {}
        hopeless: dict[int, int] = {}
        for occasion in self.calendar.worth_trying(sum(self.bits)):
            settled = occasion.open & self.calendar.settled
            if settled not in hopeless:
                hopeless[settled] = self._hopeless(settled)
            open_ = occasion.open & ~hopeless[settled]
            found.setdefault(settled & open_, {}).setdefault(open_, occasion._replace(open=open_))
        return [list(party.values()) for party in found.values()]

    def _hopeless(self, settled: int) -> int:
        decision = self._ask(settled, ((self.good, 1),)) if settled & settled - 1 else None
        if decision is None:
            return 0
        candidates = decision.problem.table.candidates
        members = {candidates[place].offer.id for place in places(decision.problem.settled.members)}
        return sum(
            [
                self.calendar.bits[found.offer.id]
                for found in self.touching
                if self.calendar.bits[found.offer.id] & settled
                and found.offer.id not in members
                and not _may_change(found)
            ]
        )

    def asked_alone(self, occasions: list[Occasion]) -> Iterator[tuple[int, Decision]]:
        """Yield each quantity worth trying with the decision of all the occasions' offers together.

        Left out is what cannot be deeper than the deepest so far, whatever applies.
        """
        everything = 0
        for occasion in occasions:
            everything |= occasion.open
        found = [
            (one, at)
            for one, at, bit in zip(self.touching, self.thresholds, self.bits, strict=True)
            if bit & everything
        ]
        seen: dict[int, set[int]] = {}
        tried: set[int] = set()
        while fresh := quantities([at for _, at in found], self.good.line, seen) - tried:
            ceilings = [self._ceiling([one for one, _ in found], everything, pieces) for pieces in sorted(fresh)]
            for ceiling in _deepest_first(ceilings)[: MOST_QUANTITIES - len(tried)]:
                if self.best is None or ceiling.is_deeper_than(self.best.worth):
                    decision = self._ask(everything, ((self.good, ceiling.pieces),))
                    for stage, cents in prices_seen(decision, ceiling.pieces).items():
                        seen.setdefault(stage, set()).add(cents)
                    yield ceiling.pieces, decision
            tried |= fresh
            if len(tried) >= MOST_QUANTITIES:
                return

    def _ceiling(self, offers: list[Compiled], everything: int, pieces: int) -> Worth:
        """Return a worth that no answer of these offers goes below with so many pieces."""
        saved_cents = saving_at_most(offers, self.good.line, pieces, self.good.fee_cents or 0)
        list_cents = self.good.line.list_cents * pieces
        saved_cents = list_cents + (self.good.fee_cents or 0) if saved_cents is None else saved_cents
        extras_cents = self._gifts_at_most(everything & self.calendar.adding, list_cents, pieces)
        return Worth(pieces, list_cents - saved_cents, extras_cents)

    def _try_alone(self, occasions: list[Occasion]) -> None:
        unsettled = []
        for pieces, decision in self.asked_alone(occasions):
            worth = worth_of_decision(self.costs, decision, self.good.line.sku)
            used = self._used(decision)
            bound = self._bound(occasions, pieces, decision)
            legal = next((occasion for occasion in occasions if not used & ~occasion.open), None)
            if legal:
                self._offer(worth, legal, ((self.good, pieces),), decision)
            if not legal or bound.left_cents < worth.left_cents:
                unsettled.append(bound)
        for bound in _deepest_first(unsettled):
            self._try_each(occasions, bound)

    def _try_each(self, occasions: list[Occasion], bound: Worth) -> None:
        """Ask about one occasion after the other, as long as one may be deeper than the deepest so far."""
        units = ((self.good, bound.pieces),)
        for occasion in sorted(occasions, key=lambda occasion: -occasion.open.bit_count()):
            if self.best is not None and not bound.is_deeper_than(self.best.worth):
                return
            decision = self._ask(occasion.open, units)
            self._offer(worth_of_decision(self.costs, decision, self.good.line.sku), occasion, units, decision)

    def _try_with_partners(self, occasions: list[Occasion]) -> None:
        offers = [found.offer for found in self.touching]
        for units in baskets_with_partners(self.good, offers, self.desk.world.partners):
            for occasion in occasions:
                every = self.calendar.open_at(occasion)
                decision = self.desk.together(units, every)
                worth = worth_of_decision(self.costs, decision, self.good.line.sku)
                self._offer(worth, occasion, units, decision)

    def _ask(self, mask: int, units: Units) -> Decision:
        return self.desk.alone(units, self._offers(mask))

    def _offers(self, mask: int) -> list[Offer]:
        return [found.offer for found, bit in zip(self.touching, self.bits, strict=True) if bit & mask]

    def _used(self, decision: Decision) -> int:
        """Return the offers of an answer as bits."""
        candidates = decision.problem.table.candidates
        return sum({self.calendar.bits[candidates[place].offer.id] for place in places(decision.answer.members)})

    def _bound(self, occasions: list[Occasion], pieces: int, decision: Decision) -> Worth:
        """Return a worth that no occasion goes below with so many pieces."""
        saved_cents = decision.answer.saving_cents + decision.answer.bound_cents
        list_cents = self.good.line.list_cents * pieces
        everything = 0
        for occasion in occasions:
            everything |= occasion.open & self.calendar.adding
        return Worth(pieces, list_cents - saved_cents, self._gifts_at_most(everything, list_cents, pieces))

    def _gifts_at_most(self, adding: int, list_cents: int, pieces: int) -> int:
        lines = Lines(nets=(list_cents,), bases=(list_cents,), quantities=(pieces,), goods=(self.good.line,))
        cents = 0
        for offer in self._offers(adding):
            picked = frozenset(sku for _, sku in dearest_gifts(self.costs, (offer,)).gifts)
            added = offer.benefit.adds(lines, Shelf(picked=picked))
            cents += cost_of_gifts(self.costs, added.gifts) + sum([coupon.value_cents for coupon in added.coupons])
        return cents

    def _offer(self, worth: Worth, occasion: Occasion, units: Units, decision: Decision) -> None:
        self.sure = self.sure and decision.answer.optimal
        self.bound_cents = max(self.bound_cents, decision.answer.bound_cents)
        if self.best is None or worth.is_deeper_than(self.best.worth):
            self.best = Find(worth, occasion, units, tuple(self.calendar.open_at(occasion)))


def _deepest_first(worths: list[Worth]) -> list[Worth]:
    return sorted(worths, key=lambda worth: (worth.left_cents * 1_000_000 // worth.pieces, worth.pieces))


def _may_change(offer: Compiled) -> bool:
    """Whether it may apply to another number of pieces though it does not to one."""
    bound = offer.offer.limited_units or offer.offer.limited_uses or offer.offer.budgeted
    return bool(offer.has_threshold or offer.of_line or offer.offer.mandatory or bound)
