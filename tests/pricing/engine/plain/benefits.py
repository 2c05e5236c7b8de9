"""What each benefit gives on what it took, unit by unit, and how a discount is split over lines."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from pricing.engine.rules import Benefit


class Taken(NamedTuple):
    """What an offer took, one entry per line: cents now, cents that thresholds are measured on, units."""

    nets: list[int]
    bases: list[int]
    units: list[int]


class Gives(NamedTuple):
    """A discount, what of each line carries it, and whether it `moves` to other lines where one is at its floor."""

    cents: int
    carriers: list[int]
    moves: bool


def half_up(amount: Fraction) -> int:
    """Round an amount that is not negative."""
    return int(amount + Fraction(1, 2))


def rate_off(cents: int, rate_bp: int) -> int:
    """Return the rate of an amount."""
    return half_up(Fraction(cents * rate_bp, 10_000))


def percent_off(rule: Benefit, taken: Taken) -> Gives:
    off_cents = rate_off(sum(taken.nets), rule.rate_bp)
    return Gives(off_cents if rule.cap_cents is None else min(off_cents, rule.cap_cents), taken.nets, moves=False)


def amount_off(rule: Benefit, taken: Taken) -> Gives:
    return Gives(min(rule.off_cents, sum(taken.nets)), taken.nets, moves=True)


def fixed_price(rule: Benefit, taken: Taken) -> Gives:
    return Gives(max(0, sum(taken.nets) - rule.price_cents), taken.nets, moves=True)


def spend_tiers(rule: Benefit, taken: Taken) -> Gives:
    measured = sum(taken.units) if rule.tiers[0].threshold_pieces is not None else sum(taken.bases)
    reached = [tier for tier in rule.tiers if (tier.threshold_pieces or tier.threshold_cents) <= measured]
    if not reached:
        return Gives(0, taken.nets, moves=True)
    tier = reached[-1]
    if tier.rate_bp is not None:
        return Gives(rate_off(sum(taken.nets), tier.rate_bp), taken.nets, moves=False)
    times = measured // (tier.threshold_pieces or tier.threshold_cents) if rule.every else 1
    if rule.max_times is not None:
        times = min(times, rule.max_times)
    return Gives(min(tier.off_cents * times, sum(taken.nets)), taken.nets, moves=True)


def free_shipping(rule: Benefit, taken: Taken) -> Gives:
    fee_cents = sum(taken.nets)
    return Gives(fee_cents if rule.cap_cents is None else min(fee_cents, rule.cap_cents), taken.nets, moves=True)


def shipping_percent_off(rule: Benefit, taken: Taken) -> Gives:
    off_cents = rate_off(sum(taken.nets), rule.rate_bp)
    return Gives(off_cents if rule.cap_cents is None else min(off_cents, rule.cap_cents), taken.nets, moves=False)


def shipping_price(rule: Benefit, taken: Taken) -> Gives:
    return Gives(max(0, sum(taken.nets) - rule.price_cents), taken.nets, moves=True)


Piece = tuple[int, int]  # its price in cents, its line


def dearest_first(taken: Taken) -> list[Piece]:
    """Return every single piece with its price, equal prices in the order of lines."""
    pieces = [
        (net * k // n - net * (k - 1) // n, line)
        for line, (net, n) in enumerate(zip(taken.nets, taken.units, strict=True))
        for k in range(1, n + 1)
    ]
    return sorted(pieces, key=lambda piece: (-piece[0], piece[1]))


def whole_groups(pieces: Sequence[Piece], size: int, max_times: int | None) -> list[Sequence[Piece]]:
    times = len(pieces) // size
    times = times if max_times is None else min(times, max_times)
    return [pieces[number * size : (number + 1) * size] for number in range(times)]


def on_pieces(taken: Taken, pieces: Sequence[Piece]) -> list[int]:
    """Return what these pieces cost, line by line."""
    return [sum(cents for cents, at in pieces if at == line) for line in range(len(taken.nets))]


def buy_get(rule: Benefit, taken: Taken) -> Gives:
    groups = whole_groups(dearest_first(taken), rule.buy + rule.get, rule.max_times)
    reduced = [piece for group in groups for piece in group[rule.buy :]]
    off_cents = rate_off(sum(cents for cents, _ in reduced), 10_000 if rule.rate_bp is None else rule.rate_bp)
    return Gives(off_cents, on_pieces(taken, reduced), moves=False)


def any_n_for_price(rule: Benefit, taken: Taken) -> Gives:
    off_cents, lowered = 0, []
    for group in whole_groups(dearest_first(taken), rule.pieces, rule.max_times):
        group_cents = sum(cents for cents, _ in group)
        if group_cents > rule.price_cents:
            off_cents += group_cents - rule.price_cents
            lowered += group
    return Gives(off_cents, on_pieces(taken, lowered), moves=True)


def nth_unit_off(rule: Benefit, taken: Taken) -> Gives:
    pieces = dearest_first(taken)
    groups = whole_groups(pieces, rule.every, rule.max_times)
    times, counted = len(groups), len(groups) * rule.every
    if rule.within_groups:
        reduced = [group[-1 if rule.pick == "cheapest" else 0] for group in groups]
        carriers = pieces[:counted]
    elif rule.pick == "cheapest":
        reduced = pieces[len(pieces) - times :]
        carriers = pieces[: counted - times] + reduced
    else:
        reduced, carriers = pieces[:times], pieces[:counted]
    off_cents = rate_off(sum(cents for cents, _ in reduced), rule.rate_bp)
    return Gives(off_cents, on_pieces(taken, carriers), moves=False)


GIVERS: dict[str, Callable[[Benefit, Taken], Gives]] = {
    rule.__name__: rule
    for rule in (
        percent_off,
        amount_off,
        fixed_price,
        spend_tiers,
        free_shipping,
        shipping_percent_off,
        shipping_price,
        buy_get,
        any_n_for_price,
        nth_unit_off,
    )
}


def split(cents: int, carriers: Sequence[int]) -> list[int]:
    """Split by what carries; a missing cent goes by largest fraction, larger carrier, earlier line."""
    if not sum(carriers):
        return [0] * len(carriers)
    exact = [Fraction(cents * carrier, sum(carriers)) for carrier in carriers]
    shares = [int(part) for part in exact]
    neediest = sorted(range(len(carriers)), key=lambda i: (shares[i] - exact[i], -carriers[i], i))
    for i in neediest[: cents - sum(shares)]:
        shares[i] += 1
    return shares


def carried(gives: Gives, rooms: Sequence[int]) -> list[int]:
    """Return each line's part: cut at its room; of what moves, the others then carry the rest."""
    shares = split(gives.cents, gives.carriers)
    if not gives.moves:
        return [min(share, room) for share, room in zip(shares, rooms, strict=True)]
    full: set[int] = set()
    while over := {i for i, share in enumerate(shares) if share > rooms[i]}:
        full |= over
        rest_cents = gives.cents - sum(rooms[i] for i in full)
        anew = split(rest_cents, [0 if i in full else carrier for i, carrier in enumerate(gives.carriers)])
        shares = [rooms[i] if i in full else share for i, share in enumerate(anew)]
    return shares
