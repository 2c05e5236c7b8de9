"""Headroom: what the offers that may still follow can add at most, all together.

Two facts make this tight. A discount can be charged to the lines it comes from (`Benefit.at_most_by_line`: whatever
part of the lines an offer takes, it gives no more than these lines were charged). And offers that shun each other
never meet on a line, so of such a club a line is charged only with the largest. Coupons of one slot and offers of one
group count once. All other offers count in full.
"""

from pricing.engine.bits import places
from pricing.engine.prospects import Prospects
from pricing.engine.stacking import Table, coupon_slot
from pricing.engine.taking import Segments


class Headroom:
    """The bound, prepared for one search among the candidates that `prospects` knows."""

    def __init__(self, table: Table, prospects: Prospects) -> None:
        self.table, self.at_most = table, prospects.at_most
        self.singles, self.rivals, clubs = _sorted_out(table, prospects)
        self.clubs = [(club, self._ranked(club, prospects)) for club in clubs]

    def cents(self, segments: Segments, open_to: int) -> int:
        """Return what the candidates `open_to` the answer add at most to one that took these segments."""
        at_most = self.at_most
        total = sum([at_most[place] for place in places(open_to & self.singles)])
        for rivals in self.rivals:
            total += max([at_most[place] for place in places(open_to & rivals)], default=0)
        for club, ranked in self.clubs:
            members = open_to & club
            if members:
                whole = sum([at_most[place] for place in places(members)])
                total += whole if members & members - 1 == 0 else min(whole, self._by_line(segments, members, ranked))
        return total

    def _by_line(self, segments: Segments, members: int, ranked: list[list[tuple[int, int]]]) -> int:
        """Charge each entry with the largest that a member who may still take it could be charged."""
        total = 0
        admitted_by: dict[int, int] = {}
        for line, takers in zip(segments.lines, segments.takers, strict=True):
            admitted = admitted_by.get(takers)
            if admitted is None:
                admitted = admitted_by[takers] = self._admitted(members, takers)
            if admitted:
                total += next((charge_cents for charge_cents, place in ranked[line] if admitted >> place & 1), 0)
        return total

    def _admitted(self, members: int, takers: int) -> int:
        """Return those who may share an entry with its takers."""
        shuns = self.table.shuns
        return sum([1 << place for place in places(members) if not takers & shuns[place]])

    def _ranked(self, club: int, prospects: Prospects) -> list[list[tuple[int, int]]]:
        """Return for each line the (charge, candidate) pairs of a club, the largest first."""
        ranked: list[list[tuple[int, int]]] = [[] for _ in self.table.lines]
        for place in places(club):
            for line, charge_cents in prospects.charges(place):
                ranked[line].append((charge_cents, place))
        for pairs in ranked:
            pairs.sort(reverse=True)
        return ranked


def _sorted_out(table: Table, prospects: Prospects) -> tuple[int, list[int], list[int]]:
    """Return who counts in full, whose largest counts alone (slots and groups), and the clubs that share no line."""
    singles = 0
    rivals: dict[str, int] = {}
    clubs: dict[str, int] = {}
    for place in prospects.at_most:
        candidate = table.candidates[place]
        offer = candidate.offer
        if prospects.club >> place & 1:
            clubs["company"] = clubs.get("company", 0) | 1 << place
        elif candidate.coupon and offer.coupons_per_order == 1:
            slot = coupon_slot(candidate) or ""
            rivals[slot] = rivals.get(slot, 0) | 1 << place
        elif offer.group is not None:
            rivals[f"group:{offer.group}"] = rivals.get(f"group:{offer.group}", 0) | 1 << place
        elif candidate.is_limited:  # it leaves the rest of a line to its rivals
            singles |= 1 << place
        elif candidate.compiled.takes_lines and (offer.term not in offer.combines_with or offer.exclusive != "none"):
            clubs[offer.term] = clubs.get(offer.term, 0) | 1 << place
        else:
            singles |= 1 << place
    for club in clubs.values():
        singles |= club if club & club - 1 == 0 else 0
    return singles, list(rivals.values()), [club for club in clubs.values() if club & club - 1]
