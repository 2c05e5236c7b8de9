"""The best answer by visiting every set of optional offers in every order of taking. Nothing is pruned.

Only orders that differ by neighbours who cannot matter to each other (they share no line, or admit each other there,
and count down no common limit) are visited once; all of them come to the same.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pricing.engine.cart import Cart
from pricing.engine.document import CartDocument
from pricing.engine.facts import HeldCoupon
from pricing.engine.layers import LATER_THAN_ITEM, PLATFORM, Layer
from pricing.engine.offer import Offer
from tests.pricing.engine.plain.counter import (
    Bill,
    Counter,
    Id,
    Line,
    Parts,
    Player,
    merged,
    share_a_line,
    share_an_order,
    unit_off_cents,
)


class Found(NamedTuple):
    """An answer: the optional members in their taking order, everybody, who took what, what it comes to."""

    order: tuple[Id, ...]
    members: frozenset[Id]
    parts: Parts
    bill: Bill


class TooLarge(Exception):
    """There is more to visit than a test has time for."""


def players_of(document: CartDocument, lines: Sequence[Line]) -> list[Player]:
    """Return who comes into question, by id; of a template's coupons those that expire first."""
    players = []
    for offer in document.offers:
        mine = _lines_open_to(offer, lines)
        if not mine or not _is_open(offer, document, lines, mine):
            continue
        if not (offer.by_coupon or offer.layer is Layer.COUPON):
            players.append(Player((offer.id, ""), offer, None, mine))
            continue
        coupons = [c for c in document.facts.coupons if c.offer == offer.id and _is_usable(c, document)]
        coupons.sort(key=lambda coupon: (coupon.valid_until, coupon.id))
        players += [Player((offer.id, c.id), offer, c, mine) for c in coupons[: offer.coupons_per_order]]
    return sorted(players, key=lambda player: player.id)


def _lines_open_to(offer: Offer, lines: Sequence[Line]) -> frozenset[int]:
    return frozenset(
        number
        for number, line in enumerate(lines)
        if line.like.discountable
        and offer.owner in (PLATFORM, line.like.shop)
        and offer.scope.meets(line.like)
        and offer.id not in line.barred
        and all(
            rule.least <= line.units <= (rule.most or line.units)
            for rule in offer.conditions
            if rule.CODE == "line_quantity"
        )
    )


def _is_open(offer: Offer, document: CartDocument, lines: Sequence[Line], mine: frozenset[int]) -> bool:
    facts, at = document.facts, document.cart.at
    late = offer.ends_at is not None and offer.ends_at <= at
    early = offer.starts_at is not None and at < offer.starts_at
    spent = offer.budgeted and facts.budget_left_cents.get(offer.id, 0) <= 0
    own = [facts.sku_uses_left.get((offer.id, lines[number].like.sku), 1) for number in mine]
    used = offer.limited_uses and (facts.uses_left.get(offer.id, 0) <= 0 or max(own) <= 0)
    over_all = facts.units_left.get((offer.id, "*"))
    by_sku = [facts.units_left.get((offer.id, lines[number].like.sku), over_all or 0) for number in mine]
    sold_out = offer.limited_units and (max(by_sku) <= 0 or (over_all is not None and over_all <= 0))
    return not (offer.paused or late or early or spent or used or sold_out) and _admits(offer, document.cart)


def _admits(offer: Offer, cart: Cart) -> bool:
    return all(cart.shopper.level in rule.levels for rule in offer.conditions if rule.CODE == "member_level")


def _is_usable(coupon: HeldCoupon, document: CartDocument) -> bool:
    choices, at = document.choices, document.cart.at
    wanted = choices.coupons is None or coupon.id in choices.coupons
    chosen = wanted and coupon.id not in choices.refused_coupons
    return coupon.held and not coupon.locked and coupon.valid_from <= at < coupon.valid_until and chosen


def is_settled_first(player: Player) -> bool:
    """Mandatory offers, and item offers that stand in nobody's way."""
    offer = player.offer
    harmless = offer.group is None and offer.exclusive == "none" and offer.combines_with >= LATER_THAN_ITEM
    return player.coupon is None and (offer.mandatory or (offer.layer is Layer.ITEM and harmless))


def settled(counter: Counter) -> Found:
    """Let mandatory offers take, then per line whoever reduces one unit most; begin again without whoever fails."""
    first = [player for player in counter.players.values() if is_settled_first(player)]
    out = {player.id for player in first if not player.offer.mandatory and not counter.starts_well(player)}
    while True:
        staying = [player for player in first if player.id not in out]
        parts, members = _mandatory(counter, [player for player in staying if player.offer.mandatory])
        parts, members = _by_line(counter, [p for p in staying if not p.offer.mandatory], parts, members)
        bill = counter.bill(parts, members)
        if bill.failed is None:
            return Found((), members, parts, bill)
        out.add(bill.failed)


def _mandatory(counter: Counter, players: Sequence[Player]) -> tuple[Parts, frozenset[Id]]:
    parts, members = counter.untaken, frozenset[Id]()
    for player in counter.in_order([player.id for player in players]):
        rivals = [other for other in members if not share_an_order(player, counter.players[other])]
        after = None if rivals else counter.take(parts, player)
        if after is not None:
            parts, members = after, members | {player.id}
    return parts, members


def _by_line(
    counter: Counter, players: Sequence[Player], parts: Parts, members: frozenset[Id]
) -> tuple[Parts, frozenset[Id]]:
    pairs = []
    for player in players:
        for line in player.lines:
            list_cents = counter.lines[line].like.list_cents
            saving_cents = min(
                list_cents - counter.floors[line], unit_off_cents(player.offer, list_cents, counter.lines[line].like)
            )
            if saving_cents > 0:
                pairs.append((-saving_cents, -player.offer.priority, player.id, line))
    for _, _, who, line in sorted(pairs):
        player = counter.players[who]
        if all(share_an_order(player, counter.players[other]) for other in members - {who}):
            after = counter.take(parts, player, only=line)
            if after is not None:
                parts, members = after, members | {who}
    return parts, members


def optional_beside(counter: Counter, start: Found) -> list[Player]:
    """Return who may be added to what is settled, by id."""
    return [
        player
        for player in counter.players.values()
        if not is_settled_first(player)
        and all(share_an_order(player, counter.players[member]) for member in start.members)
    ]


def all_answers(counter: Counter, start: Found, most: int) -> Iterator[Found]:
    """Yield every answer, those that are not admissible too. Raises TooLarge beyond `most` of them."""
    optional = optional_beside(counter, start)
    bills: dict[tuple[Parts, frozenset[Id]], Bill] = {}

    def visit(order: tuple[Id, ...], members: frozenset[Id], parts: Parts) -> Iterator[Found]:
        nonlocal most
        most -= 1
        if most < 0:
            raise TooLarge
        if (parts, members) not in bills:
            bills[parts, members] = counter.bill(parts, members)
        yield Found(order, members, parts, bills[parts, members])
        for player in optional:
            mine = [counter.players[other] for other in order]
            if player in mine or not all(share_an_order(player, other) for other in mine):
                continue
            if mine and mine[-1].id > player.id and not matter_to_each_other(mine[-1], player):
                continue
            after = counter.take(parts, player)
            if after is not None:
                yield from visit((*order, player.id), members | {player.id}, after)

    yield from visit(start.order, start.members, start.parts)


def matter_to_each_other(one: Player, other: Player) -> bool:
    """Tell whether it may make a difference which of two neighbours takes first."""
    if Layer.SHIPPING in (one.offer.layer, other.offer.layer):
        return False
    meet = bool(one.lines & other.lines) and not share_a_line(one, other)
    return meet or one.offer.id == other.offer.id


def is_admissible(counter: Counter, found: Found) -> bool:
    """Tell whether everybody may stay, and no template lets in fewer coupons than there are."""
    slots: dict[tuple[bool, str], list[int]] = {}
    for player in (counter.players[member] for member in found.members):
        if player.slot:
            slots.setdefault(player.slot, []).append(player.offer.coupons_per_order)
    return found.bill.failed is None and all(len(most) <= min(most) for most in slots.values())


def preference(counter: Counter, found: Found) -> tuple[object, ...]:
    """Return what decides which answer is the best; the least is."""
    everybody = [counter.players[member] for member in found.members]
    expiries = sorted(player.coupon.valid_until for player in everybody if player.coupon)
    applied = sorted((-player.offer.priority, player.id) for player in everybody)
    return (-found.bill.saving_cents, len(expiries), expiries, applied, found.order)


def counter_of(document: CartDocument) -> Counter:
    """Return the counter that serves a document's cart."""
    lines = merged(document)
    return Counter(document, lines, players_of(document, lines))


def best_by_visiting_all(document: CartDocument, most: int = 20_000) -> tuple[Counter, Found]:
    """Return the best of all answers to a shopper who demands nothing. Raises TooLarge beyond `most` of them."""
    counter = counter_of(document)
    answers = [found for found in all_answers(counter, settled(counter), most) if is_admissible(counter, found)]
    return counter, min(answers, key=lambda found: preference(counter, found))


def admitted_by_priority(document: CartDocument) -> tuple[Counter, Found]:
    """Admit one optional offer after the other, unless that breaks the answer."""
    counter = counter_of(document)
    answer = settled(counter)
    for player in sorted(optional_beside(counter, answer), key=lambda player: (-player.offer.priority, player.id)):
        if all(share_an_order(player, counter.players[member]) for member in answer.members):
            parts, members = counter.take(answer.parts, player), answer.members | {player.id}
            if parts is not None:
                grown = Found((*answer.order, player.id), members, parts, counter.bill(parts, members))
                answer = grown if is_admissible(counter, grown) else answer
    return counter, answer
