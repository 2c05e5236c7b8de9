"""What a benefit and a condition promise to the engine."""

from collections.abc import Mapping
from typing import ClassVar, Literal, NamedTuple

from pricing.engine.additions import NOTHING, Added, Shelf
from pricing.engine.cart import Cart, CartLine
from pricing.engine.layers import Layer
from pricing.engine.messages import Message
from pricing.engine.presents import Present
from pricing.engine.reasons import Reason
from pricing.engine.scope import Scope


class Lines(NamedTuple):
    """What an offer took, as its rule sees it: one entry per line, money in cents for all units of the line.

    `bases` is what thresholds are measured on (net before the layer, or list); `nets` is what is left now. `goods`:
    what the lines are, for rules that ask for it (`READS_GOODS`), else empty.
    """

    nets: tuple[int, ...]
    bases: tuple[int, ...]
    quantities: tuple[int, ...]
    goods: tuple[CartLine, ...] = ()

    @property
    def total_cents(self) -> int:
        """What all lines cost now."""
        return sum(self.nets)

    @property
    def base_cents(self) -> int:
        """What thresholds are measured on."""
        return sum(self.bases)

    @property
    def pieces(self) -> int:
        """How many units there are."""
        return sum(self.quantities)


class Off(NamedTuple):
    """A discount on all the lines together, in cents.

    What one line cannot carry of a `fixed` amount moves to the other lines; a rate is cut at each line's floor.
    `weights`: what of each line carries it, in cents; None = the whole net of each. `parts`: what each line gets
    exactly, where the rule computes line by line; they sum to `cents` and are cut at each line's floor.
    """

    cents: int
    fixed: bool = True
    weights: tuple[int, ...] | None = None
    parts: tuple[int, ...] | None = None


class NextTier(NamedTuple):
    """What is missing for more, in either figure, and what the whole discount would be then.

    `grown`: the lines with what is missing, where they were needed to find out.
    """

    off_cents: int
    missing_cents: int = 0
    missing_pieces: int = 0
    grown: Lines | None = None


class Benefit:
    """What an offer gives. Subclasses are frozen dataclasses whose fields are their parameters."""

    __slots__ = ()
    CODE: ClassVar[str]
    LAYERS: ClassVar[frozenset[Layer]]
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]]
    READS_GOODS: ClassVar[bool] = False  # whether `Lines.goods` is needed: SKUs, scopes of its own
    BY_NET: ClassVar[bool] = False  # whether all lines carry the discount, each by its net
    TAKES_LINES: ClassVar[bool] = True  # False: it counts lines and adds something to the order
    BELOW_FLOORS: ClassVar[bool] = False  # whether it may reduce a line below its floor

    def describe(self) -> Message:
        """Say the rule in one sentence."""
        raise NotImplementedError

    def taking(self, chosen: Scope) -> Scope:
        """Return which lines an offer takes whose scope was chosen like this: goods that a rule names take part."""
        return chosen

    def of_skus(self, skus: frozenset[str]) -> "Benefit":
        """Return the rule with what it says of these SKUs alone: no others are in the cart."""
        return self

    def units_taken(self) -> Mapping[str, int] | None:
        """Return how many pieces of each SKU one offer or coupon takes, each piece once; None = all in its scope."""
        return None

    def off(self, lines: Lines) -> Off:
        """Return the discount, computed once on everything the offer took."""
        raise NotImplementedError

    def unit_off_cents(self, unit_cents: int, goods: CartLine) -> int:
        """Return the discount of one unit of a line at this price: the item layer computes by the unit."""
        return self.off(Lines(nets=(unit_cents,), bases=(unit_cents,), quantities=(1,))).cents

    def at_most_cents(self, lines: Lines) -> int:
        """Return a bound of the discount on these lines, on any part of them, and at lower nets and bases."""
        return self.off(lines).cents

    def at_most_by_line(self, lines: Lines) -> list[int]:
        """Return a charge per line: on any part of the lines, the discount is at most what that part is charged."""
        whole = self.at_most_cents(lines)
        return [min(whole, net) for net in lines.nets]

    @property
    def pure_rate_bp(self) -> int | None:
        """The rate, where the discount is that part of the nets of all lines, whatever they are."""
        return None

    @property
    def presents(self) -> tuple[Present, ...]:
        """The gifts that it may add."""
        return ()

    def adds(self, lines: Lines, shelf: Shelf) -> Added:
        """Return what the order gets besides its price, as far as the shelf holds it."""
        return NOTHING

    def unmet(self, lines: Lines) -> Reason | None:
        """Return why the benefit's own threshold is not reached, if it is not."""
        return None

    def next_tier(self, lines: Lines) -> NextTier | None:
        """Return the nearest step to a larger discount, if there is one."""
        return None

    def grown(self, lines: Lines, missing_cents: int, missing_pieces: int) -> Lines:
        """Return the lines with what is missing as one more, to tell what the step would give."""
        return Lines(
            nets=(*lines.nets, missing_cents),
            bases=(*lines.bases, missing_cents),
            quantities=(*lines.quantities, missing_pieces),
        )


class Condition:
    """What must hold for an offer to apply. Subclasses are frozen dataclasses whose fields are their parameters.

    `ASKS` tells what is looked at: "cart" (shopper, place; the same for every answer) or "lines" (what was counted).
    """

    __slots__ = ()
    CODE: ClassVar[str]
    ASKS: ClassVar[Literal["cart", "lines"]]
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]]

    def describe(self) -> Message:
        """Say the condition in one sentence."""
        raise NotImplementedError

    def counted_scope(self) -> Scope | None:
        """Return the lines that are counted; None = what the offer took."""
        return None

    def counting(self, scope: Scope) -> "Condition":
        """Return the condition with other lines to count."""
        return self

    def unmet_by_cart(self, cart: Cart) -> Reason | None:
        """Return why the cart's shopper or place does not qualify, if so."""
        return None

    def unmet_by_lines(self, lines: Lines) -> Reason | None:
        """Return why the counted lines do not qualify, if so. More lines never turn a yes into a no."""
        return None
