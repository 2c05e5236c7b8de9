"""Assembling: the Quote from an answer. Nothing is computed anew; shares are split over the funders."""

from typing import NamedTuple

from pricing.engine.allocation import funded
from pricing.engine.answer import Applied, Gift, QuoteLine, Reward, Share, ShippingLine
from pricing.engine.candidates import Candidate
from pricing.engine.computing import Given
from pricing.engine.layers import Layer
from pricing.engine.problem import Answer, Problem
from pricing.engine.taking import Segments


class Sheet(NamedTuple):
    """The lines of a quote, goods and shipping, and who applied."""

    lines: tuple[QuoteLine, ...]
    shipping: tuple[ShippingLine, ...]
    applied: tuple[Applied, ...]
    gifts: tuple[Gift, ...]
    rewards: tuple[Reward, ...]


def assemble(problem: Problem, answer: Answer) -> Sheet:
    """Write out an answer."""
    keys = _keys(problem, answer.segments)
    goods: list[list[Share]] = [[] for _ in answer.segments.lines]
    fees: list[list[Share]] = [[] for _ in problem.fees]
    applied = []
    for given in answer.outcome.given:
        candidate = problem.table.candidates[given.place]
        on_fees = candidate.offer.layer is Layer.SHIPPING
        _write_shares(candidate, given, fees if on_fees else goods)
        touched = tuple([keys[entry] for entry in given.entries]) if candidate.compiled.takes_lines else ()
        applied.append(Applied(candidate.offer.id, candidate.coupon_id, candidate.offer.layer, given.cents, touched))
    shipping = tuple(
        ShippingLine(fee.shop, fee.fee_cents, net_cents, tuple(shares))
        for fee, net_cents, shares in zip(problem.fees, answer.outcome.fees, fees, strict=True)
    )
    return Sheet(
        _lines(problem, answer, keys, goods),
        shipping,
        tuple(applied),
        _gifts(problem, answer),
        _rewards(problem, answer),
    )


def _gifts(problem: Problem, answer: Answer) -> tuple[Gift, ...]:
    """Return the gifts in order of computing."""
    candidates = problem.table.candidates
    return tuple(
        [Gift(candidates[given.place].offer.id, *gift) for given in answer.outcome.given for gift in given.added.gifts]
    )


def _rewards(problem: Problem, answer: Answer) -> tuple[Reward, ...]:
    """Return the coupons that the order earns, in order of computing."""
    candidates = problem.table.candidates
    return tuple(
        [
            Reward(candidates[given.place].offer.id, *coupon)
            for given in answer.outcome.given
            for coupon in given.added.coupons
        ]
    )


def _write_shares(candidate: Candidate, given: Given, rows: list[list[Share]]) -> None:
    """Add one row per funder that carries something of a line."""
    offer, coupon, layer, funders = (
        candidate.offer.id,
        candidate.coupon_id,
        candidate.offer.layer,
        candidate.compiled.funders,
    )
    for (funder, _), parts in zip(funders, funded(given.parts, funders), strict=True):
        for index, cents in zip(given.entries, parts, strict=True):
            if cents:
                rows[index].append(Share(offer, coupon, layer, funder, cents))


def _keys(problem: Problem, segments: Segments) -> list[str]:
    """Return the key of each entry: the merged line's, numbered where it is split."""
    merged = problem.table.lines
    if segments.is_whole:
        return [line.key for line in merged]
    keys: list[str] = []
    number: dict[int, int] = {}
    for line in segments.lines:
        number[line] = number.get(line, 0) + 1
        keys.append(f"{merged[line].key}#{number[line]}" if segments.lines.count(line) > 1 else merged[line].key)
    return keys


def _lines(problem: Problem, answer: Answer, keys: list[str], shares: list[list[Share]]) -> tuple[QuoteLine, ...]:
    lines: list[QuoteLine] = []
    handed_out = [0] * len(problem.table.lines)
    segments, nets = answer.segments, answer.outcome.nets
    for entry, (place, quantity) in enumerate(zip(segments.lines, segments.quantities, strict=True)):
        merged = problem.table.lines[place]
        goods, before = merged.line, handed_out[place]
        handed_out[place] = before + quantity
        parts = merged.parts if quantity == merged.quantity else _parts(merged.parts, before, before + quantity)
        figures = (quantity, goods.list_cents, nets[entry])
        lines.append(QuoteLine(keys[entry], goods.sku, goods.shop, *figures, tuple(shares[entry]), parts))
    return tuple(lines)


def _parts(parts: tuple[tuple[str, int], ...], start: int, end: int) -> tuple[tuple[str, int], ...]:
    """Return which input lines hold the units from `start` to `end`."""
    found, before = [], 0
    for key, units in parts:
        inside = min(end, before + units) - max(start, before)
        if inside > 0:
            found.append((key, inside))
        before += units
    return tuple(found)
