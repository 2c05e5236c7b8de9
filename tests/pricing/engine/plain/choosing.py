"""The shopper's pins and picked coupons: of all answers only those that keep them, the first ones if not all can be."""

from dataclasses import dataclass

from pricing.engine.document import CartDocument
from pricing.engine.layers import Layer
from tests.pricing.engine.plain.counter import Counter, Id, Player, share_a_line
from tests.pricing.engine.plain.search import Found, all_answers, counter_of, is_admissible, preference, settled


@dataclass(frozen=True)
class Demand:
    """One of `who` shall be in the answer, and shall take the line if one is given."""

    who: frozenset[Id]
    said: tuple[str, str, str]  # input line key, offer, coupon: as a dropped choice says it
    line: int | None = None

    def is_met(self, found: Found) -> bool:
        """Tell whether an answer does it."""
        if self.line is None:
            return bool(self.who & found.members)
        return any(part.line == self.line and part.takers & self.who for part in found.parts)


def demands_of(document: CartDocument, counter: Counter) -> list[Demand]:
    """Return picked coupons by id, then pins by line."""
    players = counter.players.values()
    demands = []
    for coupon in sorted(document.choices.coupons or ()):
        who = frozenset(player.id for player in players if player.id[1] == coupon)
        demands.append(Demand(who, ("", "", coupon)))
    for number, line in enumerate(counter.lines):
        if line.pin:
            who = frozenset(player.id for player in players if player.id[0] == line.pin and number in player.lines)
            demands.append(Demand(who, (min(line.keys), line.pin, ""), number))
    return demands


def best_for_shopper(document: CartDocument, most: int = 20_000) -> tuple[Counter, Found, set[tuple[str, str, str]]]:
    """Return the best answer that keeps what can be kept, and what the shopper said in vain."""
    counter = counter_of(document)
    demands = demands_of(document, counter)
    possible = [demand for demand in demands if demand.who]
    found = _best_keeping(counter, possible, most)
    if found is None:
        kept: list[Demand] = []
        for demand in possible:
            kept = [*kept, demand] if _best_keeping(counter, [*kept, demand], most) else kept
        found = _best_keeping(counter, kept, most)
    assert found is not None
    return counter, found, {demand.said for demand in demands if not demand.is_met(found)}


def _best_keeping(counter: Counter, demands: list[Demand], most: int) -> Found | None:
    pins = {demand.line: demand.who for demand in demands if demand.line is not None}
    closed = Counter(
        counter.document, counter.lines, [_kept_off(counter, player, pins) for player in counter.players.values()]
    )
    answers = [
        found
        for found in all_answers(closed, settled(closed), most)
        if is_admissible(closed, found) and all(demand.is_met(found) for demand in demands)
    ]
    return min(answers, key=lambda found: preference(closed, found), default=None)


def _kept_off(counter: Counter, player: Player, pins: dict[int, frozenset[Id]]) -> Player:
    """Close pinned lines to those who cannot share them with the pinned offer; mandatory offers do not give way."""
    if player.offer.mandatory or player.offer.layer is Layer.SHIPPING:
        return player
    closed = {
        line
        for line, who in pins.items()
        if player.id not in who and not any(share_a_line(player, counter.players[other]) for other in who)
    }
    return player._replace(lines=player.lines - closed)
