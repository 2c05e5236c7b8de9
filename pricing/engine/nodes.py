"""Nodes of the search: who took so far, and which nodes need no second visit."""

from typing import NamedTuple

from pricing.engine.taking import Segments


class Node(NamedTuple):
    """Who took so far, in order, and what is open to whom. `normal`: whoever may take next so that the order stays the
    first of its family: no neighbour of a later rank could stand behind.

    `bound_cents`: a bound of the answers in which no further rival takes.
    """

    order: tuple[int, ...]
    normal: int
    members: int
    segments: Segments
    bound_cents: int
    open_to: int


class Visited:
    """The nodes of a search that were visited.

    What follows from a node depends on who took what and on who may take next; of the order in which they took, only on
    whom it lets be next. So of nodes that are alike in this, as leaders in several orders leave behind, one is enough.
    """

    def __init__(self) -> None:
        self.alike: set[tuple[int, ...]] = set()

    def has_like(self, node: Node, next_ones: int, *, led_by_company: bool) -> bool:
        """Tell whether a node like this was visited, and remember it. `next_ones`: whom the order lets be next."""
        if not node.segments.is_whole:
            return False
        found = (next_ones, led_by_company, node.members, node.open_to, node.bound_cents, *node.segments.takers)
        known = found in self.alike
        self.alike.add(found)
        return known
