"""Certainty: which members of a computed answer are worth more than anything their presence could cost others.

A member lowers nets, so those after it give less. How much less is known line by line: a rate r after it takes r of
what it gave; what several pieces together get may fall by as much as they got too little; splitting and rounding may
shift a cent a line. What is left of a member's discount after all that is certain: in any answer without it that is
otherwise made of these members, adding it saves at least so much more. Where that is above zero, it belongs in.

Here amounts are counted in parts of a cent, WHOLE of them, rounded down.
"""

from typing import NamedTuple

from pricing.engine.bits import mask_of, places
from pricing.engine.clusters import Cluster, clusters_of
from pricing.engine.computing import Given
from pricing.engine.layers import Layer
from pricing.engine.money import WHOLE_BP
from pricing.engine.problem import Answer, Problem

WHOLE = 10**9
ROUNDS = 3


class Certainty(NamedTuple):
    """`unsure`: members that may cost more than they give, and how many cents at most (`at_stake_cents`) all of them
    together. `slack_cents`: what rounding may shift in all."""

    unsure: dict[int, int]
    slack_cents: int

    @property
    def at_stake_cents(self) -> int:
        """What could be saved more without the unsure ones, at most."""
        return sum(self.unsure.values())


def certainty(problem: Problem, answer: Answer, among: int) -> Certainty | None:
    """Judge the members `among` those of an answer; None if floors are near, where nothing is certain."""
    if _near_floors(problem, answer):
        return None
    unsure = dict.fromkeys([given.place for given in answer.outcome.given if among >> given.place & 1], 0)
    jumpy, table = _jumpy(problem, answer), problem.table
    for outsider in places(jumpy & ~among):  # it may give the more, the less those before it do
        if table.meets[outsider] & ~table.shuns[outsider] & among & (1 << outsider) - 1:
            return None
    clusters = clusters_of(problem, answer, jumpy & among)
    for _ in range(ROUNDS):
        judged = _Judgement(problem, answer, mask_of(unsure), clusters).run()
        fewer = {place: -(-short // WHOLE) for place in unsure if (short := -judged.gains[place]) >= 0}
        if len(fewer) == len(unsure) or not fewer:
            return Certainty(fewer, -(-judged.slack // WHOLE))
        unsure = fewer
    return Certainty(unsure, -(-judged.slack // WHOLE))


def _jumpy(problem: Problem, answer: Answer) -> int:
    """Return those whose discount is neither a rate nor a fixed amount by net."""
    candidates = problem.table.candidates
    return mask_of(
        [
            given.place
            for given in answer.outcome.given
            if candidates[given.place].compiled.takes_lines
            and rate_of(problem, given) is None
            and not is_fixed(problem, given)
        ]
    )


def _near_floors(problem: Problem, answer: Answer) -> bool:
    """Tell whether any line is so near to its floor that rounding might bring it there."""
    if not problem.table.has_floors:
        return False
    lines, quantities = answer.segments.lines, answer.segments.quantities
    near_cents = 2 * len(answer.outcome.given) + 2
    return any(
        floor_cents and net_cents < floor_cents * quantity + near_cents
        for floor_cents, quantity, net_cents in zip(
            [problem.table.floors[line] for line in lines], quantities, answer.outcome.nets, strict=True
        )
    )


class _Judgement:
    """One pass from the last member to the first. `unsure`: those that may be missing while another is judged.

    `low` and `high` bound, for each entry, what the members after the present one leave of a further cent of its net.
    `jumpy`: for each entry, those after the present one whose discount may move to other lines; `falls`: how much of
    it may be lost. `drift`: what fixed amounts may lose for each cent less, because they move with the nets.
    """

    def __init__(self, problem: Problem, answer: Answer, unsure: int, clusters: list[Cluster]) -> None:
        self.problem, self.answer, self.unsure = problem, answer, unsure
        self.clusters = {place: cluster for cluster in clusters for place in places(cluster.members)}
        entries = len(answer.segments.lines)
        self.low, self.high, self.jumpy = [WHOLE] * entries, [WHOLE] * entries, [0] * entries
        self.falls: dict[int, int] = {}
        self.slack, self.drift = 0, 0
        self.gains: dict[int, int] = {}
        self.missing_cents = sum([given.cents for given in answer.outcome.given if unsure >> given.place & 1])

    def run(self) -> "_Judgement":
        """Judge all who took lines."""
        candidates = self.problem.table.candidates
        for given in reversed(self.answer.outcome.given):
            if given.place in self.clusters:
                self._judge_cluster(self.clusters[given.place])
            elif candidates[given.place].compiled.takes_lines:
                self._judge(given)
        return self

    def _judge_cluster(self, cluster: Cluster) -> None:
        """Judge the members of a cluster together: whoever is missing, how much more do all of them give?"""
        if next(places(cluster.members)) in self.gains:
            return
        for place in places(cluster.members):
            self.gains[place] = sum([abs(cents) for cents in cluster.without.get(0, [])]) * WHOLE
        for present, more in cluster.without.items():
            worth = -self.slack
            for entry, cents in zip(cluster.entries, more, strict=True):
                worth += cents * (self.low[entry] if cents > 0 else self.high[entry]) - abs(cents) * self.drift
            for place in places(cluster.members & ~present):
                self.gains[place] = min(self.gains[place], worth)

    def _judge(self, given: Given) -> None:
        kept = [self.low[entry] for entry in given.entries]
        low, high = min(kept), max([self.high[entry] for entry in given.entries])
        spread, total_cents = high - low, max(1, given.lines.total_cents)
        rate_bp = rate_of(self.problem, given)
        is_lump = rate_bp is None and is_fixed(self.problem, given)
        worth = given.cents * low
        if rate_bp is not None or is_lump:
            worth = max(worth, self._by_line(given, kept, 0 if is_lump is False else spread * WHOLE // total_cents))
        falls = sum([self.falls[place] for place in places(self._jumpy_on(given))])
        self.gains[given.place] = worth - falls - given.cents * self.drift - self.slack
        self.slack += WHOLE + len(given.entries) * spread
        if is_lump:
            self.drift += given.cents * spread // total_cents + 1
        elif rate_bp is None:
            most_cents = self.problem.bounds.wherever(given.place) or 0
            self.falls[given.place] = (most_cents - given.cents) * high + most_cents * spread
            for entry in given.entries:
                self.jumpy[entry] |= 1 << given.place
        else:
            self._leave(given, rate_bp)

    def _by_line(self, given: Given, kept: list[int], moving: int) -> int:
        """Return what is left of the discount on its lines; `moving`: what may move for each cent that is missing."""
        missing_cents = self.missing_cents - (given.cents if self.unsure >> given.place & 1 else 0)
        worth = sum([part * keeps for part, keeps in zip(given.parts, kept, strict=True)])
        return worth - given.cents * missing_cents * moving // WHOLE

    def _jumpy_on(self, given: Given) -> int:
        jumpy = 0
        for entry in given.entries:
            jumpy |= self.jumpy[entry]
        return jumpy

    def _leave(self, given: Given, rate_bp: int) -> None:
        """Note what a rate leaves of a cent of those before it."""
        left_bp, certain = WHOLE_BP - rate_bp, not self.unsure >> given.place & 1
        for entry in given.entries:
            self.low[entry] = self.low[entry] * left_bp // WHOLE_BP
            if certain:
                self.high[entry] = self.high[entry] * left_bp // WHOLE_BP + 1


def rate_of(problem: Problem, given: Given) -> int | None:
    """Return the rate, where the discount is that part of the nets whatever else happens."""
    offer = problem.table.candidates[given.place].offer
    return None if offer.layer is Layer.ITEM else offer.benefit.pure_rate_bp


def is_fixed(problem: Problem, given: Given) -> bool:
    """Tell whether the discount is an amount that all lines carry by net, the same whatever else happens."""
    benefit = problem.table.candidates[given.place].offer.benefit
    return benefit.BY_NET and given.cents == problem.bounds.wherever(given.place)
