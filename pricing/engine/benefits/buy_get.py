"""Buy M, get K with all of them in the cart: 买三送一; of the same goods, or of others: 买A送B."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pricing.engine.buying import Sides, missing_for, next_step
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_, Message
from pricing.engine.money import WHOLE_BP, at_most, portion
from pricing.engine.params import BasisPoints, Cents, Count, check_params
from pricing.engine.pieces import GroupBenefit, Run, add, dearest_first, first, groups
from pricing.engine.reasons import Reason
from pricing.engine.registry import benefit
from pricing.engine.rules import Lines, NextTier, Off
from pricing.engine.scope import Scope, ScopeParam


@benefit("buy_get", label=N_("Buy some, get some (all in the cart)"))
@dataclass(frozen=True, slots=True)
class BuyGet(GroupBenefit):
    """Of each `buy` + `get` pieces, the dearest grouped first, the `get` cheapest are free, at `rate_bp` off or each
    `off_cents` off. With a `get_scope` its goods are got, `get` of the cheapest for each `buy` of the others."""

    READS_GOODS: ClassVar[bool] = True
    ABOUT: ClassVar[Mapping[str, tuple[str, str]]] = {
        "buy": (N_("Pieces to buy"), N_("So many pieces are paid in full.")),
        "get": (N_("Pieces to get"), N_("So many more pieces are free; they have to be in the cart, too.")),
        "rate_bp": (N_("Rate off"), N_("Off the pieces to get; empty = they are free.")),
        "max_times": (N_("At most so often"), N_("Empty = for every full group of pieces.")),
        "get_scope": (N_("Goods to get"), N_("Empty = of the same products. Goods to get do not count as bought.")),
        "off_cents": (N_("Amount off each piece"), N_("Off each piece to get, instead of a rate.")),
        "max_pieces": (N_("At most so many pieces"), N_("Where other goods are got: so many pieces in all.")),
    }
    buy: Count
    get: Count
    rate_bp: BasisPoints | None = None
    max_times: Count | None = None
    get_scope: ScopeParam | None = None
    off_cents: Cents | None = None
    max_pieces: Count | None = None

    def __post_init__(self) -> None:
        check_params(self)
        if self.rate_bp is not None and self.off_cents is not None:
            raise WrongParams(N_("Give either an amount or a rate."), field="off_cents")
        if self.get_scope is not None and not self.get_scope.only_names:
            raise WrongParams(N_("Name the goods to get: categories, products or SKUs."), field="get_scope")
        if self.max_pieces is not None and self.get_scope is None:
            raise WrongParams(N_("A number of pieces needs other goods to get."), field="max_pieces")
        if self.max_pieces is not None and self.max_times is not None:
            raise WrongParams(N_("Give a number of times or of pieces, not both."), field="max_pieces")

    @property
    def size(self) -> int:
        return self.buy + self.get

    @property
    def most_times(self) -> int | None:
        return self.max_times

    def describe(self) -> Message:
        named = ("rate_bp", "off_cents", "max_times", "max_pieces")
        figures = {name: value for name in named if (value := getattr(self, name)) is not None}
        sentences = OF_THE_SAME if self.get_scope is None else OF_OTHERS
        return Message(sentences[frozenset(figures)], {"buy": self.buy, "get": self.get} | figures)

    def taking(self, chosen: Scope) -> Scope:
        """What is got takes part as well as what is bought."""
        return chosen if self.get_scope is None else chosen.with_named(self.get_scope)

    def off(self, lines: Lines) -> Off:
        """The reduced pieces alone carry it."""
        if self.get_scope is None:
            return self._off(lines, self._cheapest_of_groups(lines))
        sides = Sides.of(lines, self.get_scope)
        return self._off(lines, first(reversed(sides.to_get), self.entitled(sides.bought)))

    def entitled(self, bought: int) -> int:
        """Return how many pieces of other goods are got for so many bought ones."""
        times = bought // self.buy
        times = times if self.max_times is None else min(times, self.max_times)
        return self.get * times if self.max_pieces is None else min(self.get * times, self.max_pieces)

    def at_most_cents(self, lines: Lines) -> int:
        """More cheap pieces to get may give less, never more than the dearest give."""
        if self.get_scope is None:
            return self.off(lines).cents
        sides = Sides.of(lines, self.get_scope)
        return self._off(lines, first(sides.to_get, self.entitled(sides.bought))).cents

    def at_most_by_line(self, lines: Lines) -> list[int]:
        whole_cents = self.at_most_cents(lines)
        got = Sides.of(lines, self.get_scope).got if self.get_scope else range(len(lines.nets))
        return [
            min(whole_cents, self._charge(net, pieces)) if place in got else 0
            for place, (net, pieces) in enumerate(zip(lines.nets, lines.quantities, strict=True))
        ]

    def unmet(self, lines: Lines) -> Reason | None:
        if self.get_scope is None:
            return GroupBenefit.unmet(self, lines)
        return missing_for(Sides.of(lines, self.get_scope), self.buy)

    def next_tier(self, lines: Lines) -> NextTier | None:
        if self.get_scope is None:
            return GroupBenefit.next_tier(self, lines)
        step = next_step(lines, Sides.of(lines, self.get_scope), self.buy, self.entitled)
        return NextTier(self.off(step.lines).cents, missing_pieces=step.missing) if step else None

    def grown(self, lines: Lines, missing_cents: int, missing_pieces: int) -> Lines:
        if self.get_scope is None:
            return GroupBenefit.grown(self, lines, missing_cents, missing_pieces)
        step = next_step(lines, Sides.of(lines, self.get_scope), self.buy, self.entitled)
        return step.lines if step and step.missing <= missing_pieces else lines

    def _cheapest_of_groups(self, lines: Lines) -> list[Run]:
        return [
            run._replace(pieces=run.pieces * often)
            for often, group in groups(dearest_first(lines), self.size, self.times(lines))
            for run in first(reversed(group), self.get)
        ]

    def _off(self, lines: Lines, reduced: list[Run]) -> Off:
        weights = [0] * len(lines.nets)
        if self.off_cents is None:
            add(weights, reduced)
            return Off(portion(sum(weights), self._rate_bp), fixed=False, weights=tuple(weights))
        for run in reduced:
            weights[run.line] += min(run.unit_cents, self.off_cents) * run.pieces
        return Off(sum(weights), fixed=False, weights=tuple(weights), parts=tuple(weights))

    def _charge(self, net_cents: int, pieces: int) -> int:
        if self.off_cents is None:
            return at_most(net_cents, self._rate_bp, WHOLE_BP)
        return min(net_cents, self.off_cents * pieces)

    @property
    def _rate_bp(self) -> int:
        return WHOLE_BP if self.rate_bp is None else self.rate_bp


OF_THE_SAME: Mapping[frozenset[str], str] = {
    frozenset(): N_("Buy %(buy)s, get %(get)s free: the cheapest in the cart"),
    frozenset({"max_times"}): N_("Buy %(buy)s, get %(get)s free: the cheapest in the cart, up to %(max_times)s times"),
    frozenset({"rate_bp"}): N_("Buy %(buy)s, get %(get)s at %(rate_bp)s off: the cheapest in the cart"),
    frozenset({"rate_bp", "max_times"}): N_(
        "Buy %(buy)s, get %(get)s at %(rate_bp)s off: the cheapest in the cart, up to %(max_times)s times"
    ),
    frozenset({"off_cents"}): N_("Buy %(buy)s, get %(off_cents)s off each of %(get)s more: the cheapest in the cart"),
    frozenset({"off_cents", "max_times"}): N_(
        "Buy %(buy)s, get %(off_cents)s off each of %(get)s more: the cheapest in the cart, up to %(max_times)s times"
    ),
}
OF_OTHERS: Mapping[frozenset[str], str] = {
    frozenset(): N_("Buy %(buy)s, get %(get)s of certain other goods free"),
    frozenset({"max_times"}): N_("Buy %(buy)s, get %(get)s of certain other goods free, up to %(max_times)s times"),
    frozenset({"max_pieces"}): N_("Buy %(buy)s, get %(get)s of certain other goods free, up to %(max_pieces)s pieces"),
    frozenset({"rate_bp"}): N_("Buy %(buy)s, get %(get)s of certain other goods at %(rate_bp)s off"),
    frozenset({"rate_bp", "max_times"}): N_(
        "Buy %(buy)s, get %(get)s of certain other goods at %(rate_bp)s off, up to %(max_times)s times"
    ),
    frozenset({"rate_bp", "max_pieces"}): N_(
        "Buy %(buy)s, get %(get)s of certain other goods at %(rate_bp)s off, up to %(max_pieces)s pieces"
    ),
    frozenset({"off_cents"}): N_("Buy %(buy)s, get %(off_cents)s off each of %(get)s of certain other goods"),
    frozenset({"off_cents", "max_times"}): N_(
        "Buy %(buy)s, get %(off_cents)s off each of %(get)s of certain other goods, up to %(max_times)s times"
    ),
    frozenset({"off_cents", "max_pieces"}): N_(
        "Buy %(buy)s, get %(off_cents)s off each of %(get)s of certain other goods, up to %(max_pieces)s pieces"
    ),
}
