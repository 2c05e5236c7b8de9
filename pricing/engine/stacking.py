"""Stacking: which candidates may share a line, and which are never in one order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pricing.engine.bits import mask_of, places
from pricing.engine.candidates import Candidate
from pricing.engine.cart import CartLine
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.merging import MergedLine


@dataclass(frozen=True)
class Table:
    """The candidates at one cart, in order of computing, and how they get along. Sets of candidates are bit masks.

    `units` and `floors`: list price and least price of one unit of each line. `quantities`: how many units it has;
    `amounts`: what all of them cost at list price.
    `shuns[i]`: those that cannot share a line with i. `apart[i]`: those that are never in one order with i.
    `kin[i]`: the other coupons of i's offer where a count of units binds them together.
    """

    lines: tuple[MergedLine, ...]
    units: tuple[int, ...]
    floors: tuple[int, ...]
    quantities: tuple[int, ...]
    amounts: list[int]
    candidates: tuple[Candidate, ...]
    shuns: tuple[int, ...]
    apart: tuple[int, ...]
    kin: tuple[int, ...]

    @cached_property
    def has_floors(self) -> bool:
        """Whether any line has a least price above zero."""
        return any(self.floors)

    @cached_property
    def takers(self) -> int:
        """Those who take lines."""
        return mask_of([place for place, candidate in enumerate(self.candidates) if candidate.compiled.takes_lines])

    @cached_property
    def several_coupons(self) -> bool:
        """Whether any template lets more than one coupon into an order."""
        return any(candidate.offer.coupons_per_order > 1 for candidate in self.candidates)

    @cached_property
    def clashes(self) -> tuple[int, ...]:
        """Return for each those whom it shuns and meets on a line, so that it matters who takes first."""
        met = self.meets
        return tuple([self.shuns[place] & met[place] | self.kin[place] for place in range(len(self.candidates))])

    @cached_property
    def meets(self) -> tuple[int, ...]:
        """Return for each the other takers of its lines."""
        return tuple([self._met(place) for place in range(len(self.candidates))])

    def _met(self, place: int) -> int:
        met = 0
        if self.candidates[place].compiled.takes_lines:
            for line in self.candidates[place].spots:
                met |= self.on_line[line]
        return met & ~(1 << place)

    @cached_property
    def on_line(self) -> list[int]:
        """Return for each line who may take it."""
        on_line = [0] * len(self.lines)
        for place, candidate in enumerate(self.candidates):
            if candidate.compiled.takes_lines:
                for line in candidate.spots:
                    on_line[line] |= 1 << place
        return on_line

    @cached_property
    def twins(self) -> list[int]:
        """Return for each line the first line that may be taken by the same: without limits, both always are."""
        first: dict[int, int] = {}
        return [first.setdefault(takers, line) for line, takers in enumerate(self.on_line)]

    def shops_of(self, lines: Iterable[int]) -> set[str]:
        """Return the shops that sell these lines."""
        return {self.lines[line].line.shop for line in lines}

    def goods(self, lines: Iterable[int]) -> tuple[CartLine, ...]:
        """Return what these lines are."""
        return tuple([self.lines[line].line for line in lines])


def seat(lines: tuple[MergedLine, ...], candidates: tuple[Candidate, ...]) -> Table:
    """Find out how the candidates get along."""
    units = tuple([merged.line.list_cents for merged in lines])
    quantities = tuple([merged.quantity for merged in lines])
    nobody, all_get_along = (0,) * len(candidates), not any([one.compiled.is_unsociable for one in candidates])
    return Table(
        lines=lines,
        units=units,
        floors=tuple([merged.unit_floor_cents for merged in lines]),
        quantities=quantities,
        amounts=[list_cents * quantity for list_cents, quantity in zip(units, quantities, strict=True)],
        candidates=candidates,
        shuns=_shuns(candidates),
        apart=nobody if all_get_along else _apart(candidates),
        kin=nobody if all_get_along else _kin(candidates),
    )


def _shuns(candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Two share a line only if each admits the other; who takes no line only looks at the others.

    A piece that a rule counts out (`units_taken`) goes to one such candidate only.
    """
    compiled = [one.compiled for one in candidates]
    manners = [(one.term, one.admits, one.takes_lines) for one in compiled]
    alike: dict[tuple[int, int, bool], int] = {}
    for place, manner in enumerate(manners):
        alike[manner] = alike.get(manner, 0) | 1 << place
    shunned = dict.fromkeys(alike, 0)
    for term, admits, takes in alike:
        for (other_term, other_admits, other_takes), members in alike.items():
            if other_takes and not (admits & other_term and (not takes or other_admits & term)):
                shunned[term, admits, takes] |= members
    counting = mask_of([place for place, one in enumerate(compiled) if one.units_taken is not None])
    if not counting:
        return tuple([shunned[manner] for manner in manners])
    return tuple([shunned[manner] | (counting if counting >> p & 1 else 0) for p, manner in enumerate(manners)])


def _kin(candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Coupons of one limited offer count down the same units."""
    families: dict[str, int] = {}
    for place, candidate in enumerate(candidates):
        if candidate.coupon and candidate.is_limited:
            families[candidate.offer.id] = families.get(candidate.offer.id, 0) | 1 << place
    if not families:
        return (0,) * len(candidates)
    return tuple([families.get(candidate.offer.id, 0) & ~(1 << place) for place, candidate in enumerate(candidates)])


def _apart(candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Exclusivity groups, offers that are alone in the order, and coupons that want the same slot."""
    apart = [0] * len(candidates)
    for club in _clubs(candidates):
        for place in places(club):
            apart[place] |= club & ~(1 << place)
    for slot in _slots(candidates).values():
        together = _together(candidates, slot)
        for place in places(slot):
            apart[place] |= slot & ~(together[place] | 1 << place)
    loners = mask_of([place for place, candidate in enumerate(candidates) if candidate.offer.exclusive == "order"])
    everybody = (1 << len(candidates)) - 1 if loners else 0
    for place in range(len(candidates)) if loners else ():
        apart[place] |= (everybody if loners >> place & 1 else loners) & ~(1 << place)
    return tuple(apart)


def _clubs(candidates: tuple[Candidate, ...]) -> Iterator[int]:
    groups: dict[str, int] = {}
    for place, candidate in enumerate(candidates):
        if candidate.offer.group is not None:
            groups[candidate.offer.group] = groups.get(candidate.offer.group, 0) | 1 << place
    yield from groups.values()


def coupon_slot(candidate: Candidate) -> str | None:
    """Return the slot that a coupon wants: one per coupon layer and shop."""
    if candidate.coupon is None:
        return None
    layer = Layer.SHIPPING if candidate.offer.layer is Layer.SHIPPING else Layer.COUPON
    return f"{layer}:{'' if candidate.offer.owner == PLATFORM else 'shop:'}{candidate.offer.owner}"


def _slots(candidates: tuple[Candidate, ...]) -> dict[str, int]:
    slots: dict[str, int] = {}
    for place, candidate in enumerate(candidates):
        if candidate.coupon and (slot := coupon_slot(candidate)):
            slots[slot] = slots.get(slot, 0) | 1 << place
    return slots


def _together(candidates: tuple[Candidate, ...], slot: int) -> dict[int, int]:
    """Return for each coupon of a slot those that may be in one order with it: both allow several, and each other."""
    offers = {place: candidates[place].offer for place in places(slot)}
    several = [place for place, offer in offers.items() if offer.coupons_per_order > 1]
    terms = {offers[place].term for place in several}
    of_term = {term: mask_of([place for place in several if offers[place].term == term]) for term in terms}
    admitting = {term: mask_of([place for place in several if term in offers[place].combines_with]) for term in terms}
    together = dict.fromkeys(offers, 0)
    for place in several:
        admitted = sum([of_term[term] for term in terms & offers[place].combines_with])
        together[place] = admitted & admitting[offers[place].term]
    return together


def too_many_coupons(table: Table, members: int) -> bool:
    """Tell whether a slot holds more coupons than one of its templates lets into an order."""
    counts: dict[str, list[int]] = {}
    for place in places(members):
        if slot := coupon_slot(table.candidates[place]):
            counts.setdefault(slot, []).append(table.candidates[place].offer.coupons_per_order)
    return any(len(bounds) > min(bounds) for bounds in counts.values())
