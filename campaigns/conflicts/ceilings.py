"""What offers may save together at most, without asking what they do save: most quantities need not be asked about."""

from collections.abc import Iterable

from pricing.engine.cart import CartLine
from pricing.engine.compiled import TERM_BIT, Compiled
from pricing.engine.layers import STAGES, Layer
from pricing.engine.rules import Lines

TERMS_OF_STAGE = tuple(sum([TERM_BIT[term] for term in stage]) for stage in STAGES)


def saving_at_most(offers: Iterable[Compiled], line: CartLine, pieces: int, fee_cents: int) -> int | None:
    """Return a bound of what these offers save on so many pieces of one SKU and its fee, in cents; None = none known.

    Each rule says what it gives at most. Of those of one step that admit nobody of their step one is given; that holds
    while all pieces are one line, so not where a count of units may split it.
    """
    cents = line.list_cents * pieces
    lines = Lines(nets=(cents,), bases=(cents,), quantities=(pieces,), goods=(line,))
    alone, together, ships = [0] * len(STAGES), [0] * len(STAGES), False
    for one in offers:
        offer = one.offer
        if offer.limited_units or offer.limited_uses or one.units_taken is not None:
            return None
        if not one.takes_lines:
            ships = ships or offer.layer is Layer.SHIPPING
            continue
        unit = offer.layer is Layer.ITEM
        off_cents = offer.benefit.unit_off_cents(line.list_cents, line) * pieces if unit else _at_most(one, lines)
        if one.admits & TERMS_OF_STAGE[one.stage]:
            together[one.stage] += off_cents
        else:
            alone[one.stage] = max(alone[one.stage], off_cents)
    return (fee_cents if ships else 0) + min(cents, sum(map(max, alone, together)))


def _at_most(offer: Compiled, lines: Lines) -> int:
    return offer.offer.benefit.at_most_cents(lines)
