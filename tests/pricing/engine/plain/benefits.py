"""What each benefit gives on what it took, unit by unit, and how a discount is split over lines."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from pricing.engine.cart import CartLine
from pricing.engine.rules import Benefit


class Taken(NamedTuple):
    """What an offer took, one entry per line: cents now, cents that thresholds are measured on, units, (shop, SKU)."""

    nets: list[int]
    bases: list[int]
    units: list[int]
    goods: Sequence[CartLine] = ()

    @property
    def skus(self) -> list[tuple[str, str]]:
        """The shop and the SKU of each line."""
        return [(line.shop, line.sku) for line in self.goods]


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


def sku_prices(rule: Benefit, taken: Taken) -> Gives:
    price_cents = sum(rule.prices[line.sku] for line in taken.goods)
    return Gives(max(0, sum(taken.nets) - price_cents), taken.nets, moves=True)


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
    pieces = dearest_first(taken)
    if rule.get_scope is None:
        groups = whole_groups(pieces, rule.buy + rule.get, rule.max_times)
        reduced = [piece for group in groups for piece in group[rule.buy :]]
    else:
        to_get = [piece for piece in pieces if rule.get_scope.meets(taken.goods[piece[1]])]
        times = len(whole_groups([piece for piece in pieces if piece not in to_get], rule.buy, rule.max_times))
        due = rule.get * times if rule.max_pieces is None else min(rule.get * times, rule.max_pieces)
        reduced = to_get[::-1][:due]
    if rule.off_cents is not None:
        off = on_pieces(taken, [(min(cents, rule.off_cents), line) for cents, line in reduced])
        return Gives(sum(off), off, moves=False)
    off_cents = rate_off(sum(cents for cents, _ in reduced), 10_000 if rule.rate_bp is None else rule.rate_bp)
    return Gives(off_cents, on_pieces(taken, reduced), moves=False)


def bundle_price(rule: Benefit, taken: Taken) -> Gives:
    pieces = dearest_first(taken)
    kinds = [
        whole_groups([piece for piece in pieces if taken.goods[piece[1]].sku == sku], number, rule.max_times)
        for sku, number in rule.goods
    ]
    off_cents, lowered = 0, []
    for groups in zip(*kinds, strict=False):
        whole_set = [piece for group in groups for piece in group]
        set_cents = sum(cents for cents, _ in whole_set)
        if set_cents > rule.price_cents:
            off_cents += set_cents - rule.price_cents
            lowered += whole_set
    return Gives(off_cents, on_pieces(taken, lowered), moves=True)


def any_n_off(rule: Benefit, taken: Taken) -> Gives:
    grouped = whole_groups(in_order(taken, rule.pick), rule.pieces, rule.max_times)
    pieces = [piece for group in grouped for piece in group]
    if rule.rate_bp is not None:
        return Gives(rate_off(sum(cents for cents, _ in pieces), rule.rate_bp), on_pieces(taken, pieces), moves=False)
    if rule.off_cents is not None:
        off_cents = sum(min(rule.off_cents, sum(cents for cents, _ in group)) for group in grouped)
        return Gives(off_cents, on_pieces(taken, pieces), moves=True)
    if rule.piece_off_cents is not None:
        own = on_pieces(taken, [(min(cents, rule.piece_off_cents), line) for cents, line in pieces])
    else:
        own = on_pieces(taken, [(max(0, cents - rule.piece_price_cents), line) for cents, line in pieces])
    return Gives(sum(own), own, moves=False)


def in_order(taken: Taken, pick: str) -> list[Piece]:
    return dearest_first(taken) if pick == "dearest" else dearest_first(taken)[::-1]


def any_n_for_price(rule: Benefit, taken: Taken) -> Gives:
    off_cents, lowered = 0, []
    for group in whole_groups(in_order(taken, rule.pick), rule.pieces, rule.max_times):
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


def pieces_by_sku(taken: Taken) -> list[list[Piece]]:
    """Return the pieces of each SKU, the dearest first."""
    pieces = dearest_first(taken)
    return [[piece for piece in pieces if taken.skus[piece[1]] == sku] for sku in set(taken.skus)]


def by_the_piece(taken: Taken, reduced: Sequence[Piece]) -> Gives:
    """Return what is given by (cents off, line) of single pieces, which carry it themselves."""
    parts = on_pieces(taken, reduced)
    return Gives(sum(parts), parts, moves=False)


def off_one(tier: Any, cents: int) -> int:
    """Return what a tier takes off one piece."""
    if tier.price_cents is not None:
        return max(0, cents - tier.price_cents)
    return min(cents, tier.off_cents) if tier.off_cents is not None else rate_off(cents, tier.rate_bp)


def unit_prices(rule: Benefit, taken: Taken, *, bulk: bool) -> Gives:
    reduced = []
    for pieces in [dearest_first(taken)] if rule.over_all else pieces_by_sku(taken):
        for number, (cents, line) in enumerate(pieces[: None if bulk else rule.max_pieces], start=1):
            counts = len(pieces) if bulk else number
            for tier in [tier for tier in rule.tiers if tier.from_pieces <= counts][-1:]:
                reduced.append((off_one(tier, cents), line))
    return by_the_piece(taken, reduced)


def bulk_unit_price(rule: Benefit, taken: Taken) -> Gives:
    return unit_prices(rule, taken, bulk=True)


def graduated_unit_price(rule: Benefit, taken: Taken) -> Gives:
    return unit_prices(rule, taken, bulk=False)


def units_off(rule: Benefit, taken: Taken) -> Gives:
    def picked(pieces: list[Piece], most: int | None) -> list[Piece]:
        left_out = 0 if most is None else max(0, len(pieces) - most)
        return pieces[left_out:] if rule.pick == "cheapest" else pieces[: len(pieces) - left_out]

    found = [piece for pieces in pieces_by_sku(taken) for piece in picked(pieces, rule.max_units_per_sku)]
    found = picked(sorted(found, key=lambda piece: (-piece[0], piece[1])), rule.max_units)
    if rule.rate_bp is None:
        return by_the_piece(taken, [(min(cents, rule.off_cents), line) for cents, line in found])
    return Gives(rate_off(sum(cents for cents, _ in found), rule.rate_bp), on_pieces(taken, found), moves=False)


def sku_amount_off(rule: Benefit, taken: Taken) -> Gives:
    parts = [0] * len(taken.nets)
    for sku in set(taken.skus):
        own = [net if taken.skus[line] == sku else 0 for line, net in enumerate(taken.nets)]
        shares = split(min(rule.off_cents, sum(own)), own)
        parts = [part + share for part, share in zip(parts, shares, strict=True)]
    return Gives(sum(parts), parts, moves=False)


GIVERS: dict[str, Callable[[Benefit, Taken], Gives]] = {
    rule.__name__: rule
    for rule in (
        percent_off,
        amount_off,
        fixed_price,
        sku_prices,
        spend_tiers,
        free_shipping,
        shipping_percent_off,
        shipping_price,
        buy_get,
        bundle_price,
        any_n_for_price,
        any_n_off,
        nth_unit_off,
        bulk_unit_price,
        graduated_unit_price,
        units_off,
        sku_amount_off,
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
