"""What an order still earns by the goods that are kept: measured as it was when it was earned, nothing is priced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pricing.engine.additions import EMPTY_SHELF, AddedCoupon
from pricing.engine.cart import CartLine
from pricing.engine.compiled import Compiled, compiled
from pricing.engine.document import CartDocument
from pricing.engine.layers import PLATFORM
from pricing.engine.offer import Offer
from pricing.engine.rules import Lines
from pricing.engine.scope import Scope


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Units of an order line that are kept: what they are, and the cents that each offer still takes off them, by id.

    `takers`: ids of the offers that took the line when it was priced.
    """

    goods: CartLine
    units: int
    off_cents: Mapping[str, int] = field(default_factory=dict)
    takers: frozenset[str] = frozenset()


def coupons_earned(document: CartDocument, offer_id: str, held: Sequence[HeldLine]) -> tuple[AddedCoupon, ...]:
    """Return the coupons that the kept goods still earn by this offer of the document; none below its threshold.

    Amounts are what thresholds were measured on: list price where the offer says so, else the net that the layers
    before its own have left of the units kept. Conditions on goods count again; those on shopper and time do not.
    """
    rules = {offer.id: compiled(offer) for offer in document.offers}
    earning, kept = rules[offer_id], [line for line in held if line.units]
    counted = [line for line in kept if _counts(earning, line, rules)]
    for rule, scope in earning.counting:
        seen = counted if scope is None else _meeting(scope, kept)
        if rule.unmet_by_lines(_lines(earning.offer, seen, rules)):
            return ()
    lines, benefit = _lines(earning.offer, counted, rules), earning.offer.benefit
    return () if not counted or benefit.unmet(lines) else benefit.adds(lines, EMPTY_SHELF).coupons


def _counts(earning: Compiled, line: HeldLine, rules: Mapping[str, Compiled]) -> bool:
    """Tell whether an offer counts a line: it is in scope, and the offer admits everybody who took it."""
    offer = earning.offer
    if not (line.goods.discountable and offer.scope.meets(line.goods)) or offer.owner not in (
        PLATFORM,
        line.goods.shop,
    ):
        return False
    admitted = all(earning.admits & rules[taker].term for taker in line.takers if taker in rules)
    return admitted and all(rule.admits(line.goods.quantity) for rule in earning.of_line)


def _meeting(scope: Scope, held: Iterable[HeldLine]) -> list[HeldLine]:
    return [line for line in held if scope.meets(line.goods)]


def _lines(offer: Offer, held: Iterable[HeldLine], rules: Mapping[str, Compiled]) -> Lines:
    held = list(held)
    bases = tuple([_base_cents(offer, line, rules) for line in held])
    return Lines(bases, bases, tuple([line.units for line in held]), tuple([line.goods for line in held]))


def _base_cents(offer: Offer, line: HeldLine, rules: Mapping[str, Compiled]) -> int:
    list_cents = line.goods.list_cents * line.units
    if offer.threshold_on == "list":
        return list_cents
    return list_cents - sum(
        [cents for taker, cents in line.off_cents.items() if taker in rules and rules[taker].stage < offer.stage]
    )
