"""Prospects: what each rival of the company may add to the answer that the company alone comes to, at most.

A rival that shuns members of the company takes lines from them. What rates give there is lost for certain, and so is
what several pieces get that are all taken together, less what the rates after them then give more; amounts may move to
other lines; and whatever is neither a rate nor a fixed amount may grow up to its bound. Only rivals of one club, of
whom a line takes one at most, are charged with these losses, so that none is counted twice.

Lines that may be taken by the same are always taken together (`Table.twins`), so they are weighed together.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import NamedTuple

from pricing.engine.bits import mask_of, places
from pricing.engine.certainty import WHOLE, is_fixed, rate_of
from pricing.engine.money import WHOLE_BP
from pricing.engine.problem import Answer, Problem
from pricing.engine.taking import Segments

CANNOT_TAKE = -(10**18)


class Prospects:
    """`at_most[i]`: what candidate i adds at most, whatever it takes, and never below zero.

    `base`: the answer of the company alone, or None where there is none.
    """

    def __init__(self, problem: Problem, at_most: Mapping[int, int], base: Answer | None) -> None:
        self.problem, self.table = problem, problem.table
        self.own = at_most
        self.club = 0
        self.growth: dict[int, int] = {}
        self.lost: dict[int, dict[int, int]] = {}
        self.given: dict[int, dict[int, int]] = {}
        if base and base.segments.is_whole:
            self.base, self.wake = base, wake_of(problem, base)
            self.losses: dict[tuple[int, bool], list[int]] = {}  # by those who lose
            for place in at_most:
                self._weigh(place)
        self.at_most = {place: max(0, self.best_on(place, None)) for place in at_most}

    def _weigh(self, place: int) -> None:
        """Find out what the company loses and gains where a rival takes lines, if it may join the club."""
        candidate, shunned = self.table.candidates[place], self.table.shuns[place]
        losers = shunned & self.base.members
        if not losers or not candidate.compiled.takes_lines:
            return
        first = next(places(losers))
        self.growth[place] = self.wake.growth_cents[first]
        if candidate.is_limited or self.club & ~shunned:
            return
        twins = self.table.twins
        self.club |= 1 << place
        alone = self._takes_alone(place, first)
        if alone:
            self.growth[place] = self.wake.elsewhere_cents
        if (losers, alone) not in self.losses:
            self.losses[losers, alone] = self._losses(losers, alone=alone)
        losses = self.losses[losers, alone]
        self.lost[place] = {twins[line]: losses[twins[line]] for line in candidate.spots}
        self.given[place] = given = dict.fromkeys(self.lost[place], 0)
        for line, cents in self.problem.bounds.charges(place):
            given[twins[line]] += cents

    def _takes_alone(self, place: int, first: int) -> bool:
        """Tell whether nobody who comes after the first loser stays on a line that the rival takes.

        Then all that rates, and pieces taken together, give on the line is lost, and nobody gives more for it.
        """
        return not ~self.table.shuns[place] & -1 << first & self.table.meets[place] & self.base.members

    def _losses(self, losers: int, *, alone: bool) -> list[int]:
        """Return for each line what is lost for certain where these members of the company lose it and its twins."""
        lost, twins = [0] * len(self.table.lines), self.table.twins
        for given in self.base.outcome.given:
            if losers >> given.place & 1 and given.place in self.wake.certain:
                kept = self.wake.kept[given.place]
                for line, part in zip(given.entries, given.parts, strict=True):
                    lost[twins[line]] += part if alone else part * kept[line] // WHOLE
        return lost

    def charges(self, place: int) -> list[tuple[int, int]]:
        """Return (line, cents): the candidate never adds more than the lines that it took are charged together."""
        if place not in self.lost:
            growth = self.growth.get(place, 0)
            return [(line, cents + growth) for line, cents in self.problem.bounds.charges(place)]
        lost, growth = self.lost[place], self.growth[place]
        nets = [(line, cents - lost[line] + growth) for line, cents in self.given[place].items()]
        return [(line, cents) for line, cents in nets if cents > 0]

    def best_on(self, place: int, segments: Segments | None) -> int:
        """Return what the candidate adds at most if it takes anything that is open to it (None = all its lines)."""
        if place not in self.lost:
            return self.own[place] + self.growth.get(place, 0)
        if segments and not segments.is_whole:
            return self.own[place] + self.growth[place]
        lines = self._open_lines(place, segments)
        most = [_most(lines, self.own[place], line) for line in lines]
        return max(most) + self.growth[place] if most else CANNOT_TAKE

    def worthy_lines(self, place: int, segments: Segments, needed_cents: int) -> int:
        """Return the lines that the candidate may take and yet add so much, as a bit mask."""
        if place not in self.lost or not segments.is_whole:
            return self.table.candidates[place].lines
        lines, needed_cents = self._open_lines(place, segments), needed_cents - self.growth[place]
        worthy = {line for line in lines if _most(lines, self.own[place], line) >= needed_cents}
        return mask_of([line for line in self.table.candidates[place].spots if self.table.twins[line] in worthy])

    def _open_lines(self, place: int, segments: Segments | None) -> dict[int, tuple[int, int]]:
        """Return what the candidate is given and what is lost by it on the lines that are open to it."""
        shuns, lost = self.table.shuns[place], self.lost[place]
        takers = segments.takers if segments else None
        return {
            line: (cents, lost[line])
            for line, cents in self.given[place].items()
            if takers is None or not takers[line] & shuns
        }

    def taken(self, place: int, own_cents: int, segments: Segments) -> int:
        """Return what the candidate adds at most now that it took; `own_cents`: its discount there at most."""
        if place not in self.lost:
            return own_cents + self.growth.get(place, 0)
        lost = self.lost[place].items() if segments.is_whole else ()
        lost_cents = sum([cents for line, cents in lost if segments.takers[line] >> place & 1])
        return own_cents + self.growth[place] - lost_cents


class Wake(NamedTuple):
    """What happens after a member of the company gives less, by its place. `kept`: what the rates after it leave of a
    cent on each line, in parts of WHOLE. `certain`: who loses for certain what it gives on a line, by a rate or on
    lines always taken together. `growth_cents`: how much more it and the others after it may give at most, besides
    these rates. `elsewhere_cents`: how much more anybody may give on lines that lose nobody."""

    kept: dict[int, list[int]]
    certain: set[int]
    growth_cents: dict[int, int]
    elsewhere_cents: int = 0


def wake_of(problem: Problem, base: Answer) -> Wake:
    """Go through the members of the answer from the last to the first.

    An amount, and what pieces get, may move from a line of many rates to one of few: then all of it may count anew.
    """
    left, growth_cents, twins = [WHOLE] * len(base.segments.lines), 0, problem.table.twins
    wake = Wake({}, set(), {}, _elsewhere_cents(problem, base))
    for given in reversed(base.outcome.given):
        if not problem.table.candidates[given.place].compiled.takes_lines:
            continue
        wake.kept[given.place] = list(left)
        rate_bp = rate_of(problem, given)
        if rate_bp is not None or len({twins[line] for line in given.entries}) == 1:
            wake.certain.add(given.place)
        if rate_bp is None:
            mine = [left[entry] for entry in given.entries]
            fixed = is_fixed(problem, given)
            most_cents = given.cents if fixed else max(given.cents, problem.bounds.wherever(given.place) or 0)
            moving = max(mine) - min(mine)
            growth_cents += most_cents - given.cents + (most_cents * moving // WHOLE + 1 if moving else 0)
        wake.growth_cents[given.place] = growth_cents
        for entry in given.entries:
            left[entry] = left[entry] * (WHOLE_BP - (rate_bp or 0)) // WHOLE_BP
    return wake


def _elsewhere_cents(problem: Problem, base: Answer) -> int:
    """Return how much more those may give whose discount is neither a rate nor an amount, nor settled by their lines.

    Pieces of twin lines on which only such offers of one layer came before are looked at as a cluster.
    """
    candidates, twins, more_cents = problem.table.candidates, problem.table.twins, 0
    before = [0] * len(twins)  # for each line, the layers of those before as bits; 1 = a rate or an amount
    for given in base.outcome.given:
        compiled = candidates[given.place].compiled
        if problem.settled.members >> given.place & 1 or not compiled.takes_lines:
            continue
        mine = 1
        if rate_of(problem, given) is None and not is_fixed(problem, given):
            mine = 2 << compiled.stage
            others = reduce(or_, [before[entry] for entry in given.entries]) & ~mine
            if others or len({twins[entry] for entry in given.entries}) > 1:
                more_cents += max(0, (problem.bounds.wherever(given.place) or 0) - given.cents)
        for entry in given.entries:
            before[entry] |= mine
    return more_cents


def _most(lines: Mapping[int, tuple[int, int]], own_cents: int, first: int) -> int:
    """Return the most that (given, lost) cents of some of the lines come to, `first` among them, if no more is given
    than the rival's own at most: the lines that lose least for each cent given come first, the last one in part."""
    given, lost = lines[first]
    most, left = min(given, own_cents) - lost, own_cents - min(given, own_cents)
    paying = [pair for line, pair in lines.items() if line != first and pair[0] > pair[1]]
    for given, lost in sorted(paying, key=lambda pair: pair[1] * WHOLE // pair[0]):
        part = min(given, left)
        most += part - lost * part // given
        left -= part
    return most
