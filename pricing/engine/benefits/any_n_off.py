"""Any N pieces, reduced: 任选3件减20元, 每满2件每件减5元, 任选2件7折."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import BasisPoints, Cents, Count, Price, check_params
from pricing.engine.pieces import CHEAPEST, DEAREST, GroupBenefit, Pick, Run, add, cost, dearest_first, groups, picked
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines, Off

WORTHS = ("off_cents", "rate_bp", "piece_off_cents", "piece_price_cents")


@benefit("any_n_off", label=N_("Any pieces, reduced"))
@dataclass(frozen=True, slots=True)
class AnyNOff(GroupBenefit):
    """Each group of `pieces`, the dearest or the cheapest first, gets one thing: an amount off together, a rate off, an
    amount off each piece, or a price for each piece that is never a raise."""

    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "pieces": (N_("Pieces"), N_("So many pieces, chosen freely, make a group.")),
        "off_cents": (N_("Amount off together"), N_("Off all pieces of a group together. Give one of the four.")),
        "rate_bp": (N_("Rate off"), N_("2000 means 20 percent off: the shopper pays 80 percent.")),
        "piece_off_cents": (N_("Amount off each piece"), N_("Off every piece of a group.")),
        "piece_price_cents": (N_("Price of each piece"), N_("Never a raise: cheaper pieces stay as they are.")),
        "max_times": (N_("At most so often"), N_("Empty = for every full group of pieces.")),
        "pick": (N_("Groups begin with"), N_("Which pieces come into the groups first.")),
    }
    pieces: Count
    off_cents: Cents | None = None
    rate_bp: BasisPoints | None = None
    piece_off_cents: Cents | None = None
    piece_price_cents: Price | None = None
    max_times: Count | None = None
    pick: Pick = DEAREST

    def __post_init__(self) -> None:
        check_params(self)
        if self.pieces < 2:
            raise WrongParams(N_("Give 2 pieces or more."), field="pieces")
        if sum(getattr(self, name) is not None for name in WORTHS) != 1:
            raise WrongParams(N_("Give one of the four: what is off, or the price of a piece."), field="off_cents")

    @property
    def size(self) -> int:
        return self.pieces

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        named = ("pieces", *WORTHS, "max_times")
        figures = {name: value for name in named if (value := getattr(self, name)) is not None}
        worth = next(name for name in WORTHS if name in figures)
        return Message(SENTENCES[worth, self.pick, self.max_times is not None], figures)

    def off(self, lines: Lines) -> Off:
        """The pieces of the groups carry it: each its own where each is reduced, else by net."""
        weights, off_cents = [0] * len(lines.nets), 0
        for often, group in self._groups(lines):
            if self.off_cents is not None:
                off_cents += min(self.off_cents, cost(group)) * often
            if self._by_piece:
                group = [run._replace(unit_cents=self._piece_off(run.unit_cents)) for run in group]
            add(weights, group, often)
        carried = tuple(weights)
        if self.rate_bp is not None:
            return Off(portion(sum(weights), self.rate_bp), fixed=False, weights=carried)
        if self._by_piece:
            return Off(sum(weights), fixed=False, weights=carried, parts=carried)
        return Off(off_cents, weights=carried)

    def at_most_cents(self, lines: Lines) -> int:
        """An amount together gives most where every group costs as much, all else where the dearest are grouped."""
        if self.off_cents is not None:
            return min(self.off_cents * self.times(lines), lines.total_cents)
        return replace(self, pick=DEAREST).off(lines).cents

    def at_most_by_line(self, lines: Lines) -> list[int]:
        whole_cents, charges = self.at_most_cents(lines), list(lines.nets)
        if self.rate_bp is not None:
            charges = [at_most(net, self.rate_bp, WHOLE_BP) for net in lines.nets]
        elif self._by_piece:
            charges = [0] * len(lines.nets)
            add(charges, [run._replace(unit_cents=self._piece_off(run.unit_cents)) for run in dearest_first(lines)])
        return [min(whole_cents, charge) for charge in charges]

    def _groups(self, lines: Lines) -> Iterator[tuple[int, list[Run]]]:
        return groups(picked(lines, self.pick), self.size, self.times(lines))

    @property
    def _by_piece(self) -> bool:
        return self.piece_off_cents is not None or self.piece_price_cents is not None

    def _piece_off(self, unit_cents: int) -> int:
        if self.piece_price_cents is not None:
            return max(0, unit_cents - self.piece_price_cents)
        return min(unit_cents, self.piece_off_cents or 0)


# by what is given, the pieces that come first, and whether the number of times is limited
SENTENCES: Mapping[tuple[str, str, bool], str] = {
    ("off_cents", DEAREST, False): N_("%(off_cents)s off any %(pieces)s pieces"),
    ("off_cents", DEAREST, True): N_("%(off_cents)s off any %(pieces)s pieces, up to %(max_times)s times"),
    ("off_cents", CHEAPEST, False): N_("%(off_cents)s off the cheapest %(pieces)s pieces, then the next ones"),
    ("off_cents", CHEAPEST, True): N_("%(off_cents)s off the cheapest %(pieces)s pieces, up to %(max_times)s times"),
    ("rate_bp", DEAREST, False): N_("%(rate_bp)s off any %(pieces)s pieces"),
    ("rate_bp", DEAREST, True): N_("%(rate_bp)s off any %(pieces)s pieces, up to %(max_times)s times"),
    ("rate_bp", CHEAPEST, False): N_("%(rate_bp)s off the cheapest %(pieces)s pieces, then the next ones"),
    ("rate_bp", CHEAPEST, True): N_("%(rate_bp)s off the cheapest %(pieces)s pieces, up to %(max_times)s times"),
    ("piece_off_cents", DEAREST, False): N_("%(piece_off_cents)s off each of any %(pieces)s pieces"),
    ("piece_off_cents", DEAREST, True): N_(
        "%(piece_off_cents)s off each of any %(pieces)s pieces, up to %(max_times)s times"
    ),
    ("piece_off_cents", CHEAPEST, False): N_(
        "%(piece_off_cents)s off each of the cheapest %(pieces)s pieces, then the next ones"
    ),
    ("piece_off_cents", CHEAPEST, True): N_(
        "%(piece_off_cents)s off each of the cheapest %(pieces)s pieces, up to %(max_times)s times"
    ),
    ("piece_price_cents", DEAREST, False): N_("Any %(pieces)s pieces at %(piece_price_cents)s each"),
    ("piece_price_cents", DEAREST, True): N_(
        "Any %(pieces)s pieces at %(piece_price_cents)s each, up to %(max_times)s times"
    ),
    ("piece_price_cents", CHEAPEST, False): N_(
        "The cheapest %(pieces)s pieces at %(piece_price_cents)s each, then the next ones"
    ),
    ("piece_price_cents", CHEAPEST, True): N_(
        "The cheapest %(pieces)s pieces at %(piece_price_cents)s each, up to %(max_times)s times"
    ),
}
