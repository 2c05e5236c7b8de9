"""Who may share a line, and who may not be in one order at all. Sets of candidates are bit masks by place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pricing.engine.candidates import Candidate
from pricing.engine.cart import CartLine
from pricing.engine.layers import PLATFORM, Layer
from pricing.engine.merging import MergedLine


@dataclass(frozen=True, slots=True)
class Table:
    """The candidates at one cart and how they get along.

    `units` and `floors`: list price and least price of one unit of each line.
    `shuns[i]`: those that cannot share a line with i. `apart[i]`: those that are never in one order with i.
    `clashes[i]`: those that i shuns and meets on a line, so that it matters who takes first.
    `kin[i]`: the other coupons of i's offer where a count of units binds them together.
    """

    lines: tuple[MergedLine, ...]
    units: tuple[int, ...]
    floors: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    shuns: tuple[int, ...]
    apart: tuple[int, ...]
    clashes: tuple[int, ...]
    kin: tuple[int, ...]

    def shops_of(self, lines: Iterable[int]) -> set[str]:
        """Return the shops that sell these lines."""
        return {self.lines[line].line.shop for line in lines}

    def goods(self, lines: Iterable[int], candidate: Candidate) -> tuple[CartLine, ...]:
        """Return what these lines are, if the candidate's benefit asks for it."""
        return tuple([self.lines[line].line for line in lines]) if candidate.offer.benefit.READS_GOODS else ()


def places(mask: int) -> Iterator[int]:
    """Yield the places in a set, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def seat(lines: tuple[MergedLine, ...], candidates: tuple[Candidate, ...]) -> Table:
    """Find out how the candidates get along."""
    shuns, kin = _shuns(candidates), _kin(candidates)
    return Table(
        lines=lines,
        units=tuple([merged.line.list_cents for merged in lines]),
        floors=tuple([merged.unit_floor_cents for merged in lines]),
        candidates=candidates,
        shuns=shuns,
        apart=_apart(candidates),
        clashes=tuple([mine | kin[place] for place, mine in enumerate(_clashes(candidates, shuns))]),
        kin=kin,
    )


def _admitted_terms(candidate: Candidate) -> frozenset[str]:
    offer = candidate.offer
    return offer.combines_with if offer.exclusive == "none" else frozenset()


def _shuns(candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Two share a line only if each admits the other; who takes no line only looks at the others."""
    of_term: dict[str, int] = {}
    admitters: dict[str, int] = {}
    takers = 0
    for place, candidate in enumerate(candidates):
        of_term[candidate.offer.term] = of_term.get(candidate.offer.term, 0) | 1 << place
        for term in _admitted_terms(candidate):
            admitters[term] = admitters.get(term, 0) | 1 << place
        if candidate.takes_lines:
            takers |= 1 << place
    shuns = []
    for candidate in candidates:
        admitted = 0
        for term in _admitted_terms(candidate):
            admitted |= of_term.get(term, 0)
        if candidate.takes_lines:
            admitted &= admitters.get(candidate.offer.term, 0)
        shuns.append(takers & ~admitted)
    return tuple(shuns)


def _clashes(candidates: tuple[Candidate, ...], shuns: tuple[int, ...]) -> tuple[int, ...]:
    clashes = [0] * len(candidates)
    for place, candidate in enumerate(candidates):
        if candidate.takes_lines:
            for other in places(shuns[place] >> place + 1):
                if not candidate.lines.isdisjoint(candidates[place + 1 + other].lines):
                    clashes[place] |= 1 << place + 1 + other
                    clashes[place + 1 + other] |= 1 << place
    return tuple(clashes)


def _kin(candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Coupons of one limited offer count down the same units."""
    families: dict[str, int] = {}
    for place, candidate in enumerate(candidates):
        if candidate.coupon and candidate.is_limited:
            families[candidate.offer.id] = families.get(candidate.offer.id, 0) | 1 << place
    return tuple([families.get(candidate.offer.id, 0) & ~(1 << place) for place, candidate in enumerate(candidates)])


def _apart(candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Exclusivity groups, offers that are alone in the order, and coupons that want the same slot."""
    everybody = (1 << len(candidates)) - 1
    apart = [0] * len(candidates)
    for club in _clubs(candidates):
        for place in places(club):
            apart[place] |= club & ~(1 << place)
    for slot in _slots(candidates).values():
        for place in places(slot):
            rivals = (other for other in places(slot) if not _two_coupons(candidates[place], candidates[other]))
            apart[place] |= sum(1 << other for other in rivals if other != place)
    for place, candidate in enumerate(candidates):
        if candidate.offer.exclusive == "order":
            apart[place] |= everybody & ~(1 << place)
            for other in range(len(candidates)):
                apart[other] |= (1 << place) & ~(1 << other)
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
        if slot := coupon_slot(candidate):
            slots[slot] = slots.get(slot, 0) | 1 << place
    return slots


def _two_coupons(one: Candidate, other: Candidate) -> bool:
    """Tell whether both templates let more than one coupon of their slot into an order."""
    return all(
        mine.offer.coupons_per_order > 1 and theirs.offer.term in mine.offer.combines_with
        for mine, theirs in ((one, other), (other, one))
    )


def too_many_coupons(table: Table, members: int) -> bool:
    """Tell whether a slot holds more coupons than one of its templates lets into an order."""
    counts: dict[str, list[int]] = {}
    for place in places(members):
        if slot := coupon_slot(table.candidates[place]):
            counts.setdefault(slot, []).append(table.candidates[place].offer.coupons_per_order)
    return any(len(bounds) > min(bounds) for bounds in counts.values())
