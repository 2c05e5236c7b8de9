"""Clusters: offers on several pieces that meet on lines where nobody came before them.

What such offers give depends on each other in no simple way, but on nothing else: so all their sets are tried, once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pricing.engine.bits import mask_of, places
from pricing.engine.computing import Computation, Failure
from pricing.engine.problem import Answer, Problem

MOST = 4  # so many members are tried in all sets


class Cluster(NamedTuple):
    """`without`: for each set of members that can apply together, what the whole cluster takes off each of `entries`
    more than that set, in cents."""

    members: int
    entries: tuple[int, ...]
    without: dict[int, list[int]]


def clusters_of(problem: Problem, answer: Answer, jumpy: int) -> list[Cluster]:
    """Return the clusters among the `jumpy` members of an answer."""
    groups: list[tuple[int, int]] = []  # members, entries
    for given in answer.outcome.given:
        if jumpy >> given.place & 1:
            members, entries = 1 << given.place, mask_of(given.entries)
            meeting = [group for group in groups if group[1] & entries]
            groups = [group for group in groups if not group[1] & entries]
            for other_members, other_entries in meeting:
                members, entries = members | other_members, entries | other_entries
            groups.append((members, entries))
    return [
        Cluster(members, tuple(places(entries)), dict(_tried(problem, answer, members, tuple(places(entries)))))
        for members, entries in groups
        if members.bit_count() <= MOST and _comes_first(problem, answer, members, entries)
    ]


def _comes_first(problem: Problem, answer: Answer, members: int, entries: int) -> bool:
    """Tell whether all members are of one layer, and only settled offers reduced their lines before the last one."""
    candidates, last = problem.table.candidates, members.bit_length() - 1
    first = next(places(members))
    if candidates[first].compiled.stage != candidates[last].compiled.stage:
        return False
    others = ~(members | problem.settled.members)
    return not any(
        others >> given.place & 1 and given.place < last and mask_of(given.entries) & entries
        for given in answer.outcome.given
        if candidates[given.place].compiled.takes_lines
    )


def _tried(problem: Problem, answer: Answer, members: int, entries: tuple[int, ...]) -> Iterator[tuple[int, list[int]]]:
    """Yield every smaller set that can apply, and what all members take off more, entry by entry.

    What the first members give without the later ones is what they gave in the answer.
    """
    given = [given for given in answer.outcome.given if members >> given.place & 1]
    start = answer.outcome.trail[[given.place for given in answer.outcome.given].index(given[0].place)][0]
    known: dict[int, list[int]] = {0: start}
    nets, before = start, 0
    for step in given:
        nets, before = list(nets), before | 1 << step.place
        for entry, part in zip(step.entries, step.parts, strict=True):
            nets[entry] -= part
        known[before] = nets
    for subset in range((1 << len(given)) - 1):
        chosen = [step.place for at, step in enumerate(given) if subset >> at & 1]
        left = known.get(mask_of(chosen)) or _nets_after(problem, answer, start, chosen)
        if left:
            yield mask_of(chosen), [left[entry] - nets[entry] for entry in entries]


def _nets_after(problem: Problem, answer: Answer, nets: list[int], members: list[int]) -> list[int] | None:
    """Return the nets once these members gave; None if one of them fails."""
    run = Computation(problem.table, answer.segments, problem.fees)
    run.nets, run.given = nets, []
    for place in members:
        given = run.give(place, problem.table.candidates[place])
        if isinstance(given, Failure):
            return None
        run.keep(given)
    return run.nets
