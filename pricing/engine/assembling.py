"""Assembling: the Quote from an answer. Nothing is computed anew; shares are split over the funders."""

from dataclasses import dataclass

from pricing.engine.allocation import funded
from pricing.engine.answer import Applied, Gift, QuoteLine, Reward, Share, ShippingLine
from pricing.engine.candidates import Candidate
from pricing.engine.computing import Given
from pricing.engine.layers import Layer
from pricing.engine.search import Answer, Problem
from pricing.engine.taking import Segment


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a quote, goods and shipping, and who applied."""

    lines: tuple[QuoteLine, ...]
    shipping: tuple[ShippingLine, ...]
    applied: tuple[Applied, ...]
    gifts: tuple[Gift, ...]
    rewards: tuple[Reward, ...]


def assemble(problem: Problem, answer: Answer) -> Sheet:
    """Write out an answer."""
    keys = _keys(problem, answer.segments)
    goods: list[list[Share]] = [[] for _ in answer.segments]
    fees: list[list[Share]] = [[] for _ in problem.fees]
    applied = []
    for given in answer.outcome.given:
        candidate = problem.table.candidates[given.place]
        on_fees = candidate.offer.layer is Layer.SHIPPING
        _write_shares(candidate, given, fees if on_fees else goods)
        touched = tuple([keys[index] for index in given.indexes]) if candidate.takes_lines else ()
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
        candidate.offer.funders,
    )
    for (funder, _), parts in zip(funders, funded(given.parts, funders), strict=True):
        for index, cents in zip(given.indexes, parts, strict=True):
            if cents:
                rows[index].append(Share(offer, coupon, layer, funder, cents))


def _keys(problem: Problem, segments: list[Segment]) -> list[str]:
    """Return the key of each segment: the merged line's, numbered where it is split."""
    count: dict[int, int] = {}
    for segment in segments:
        count[segment.line] = count.get(segment.line, 0) + 1
    keys: list[str] = []
    number: dict[int, int] = {}
    for line, _, _ in segments:
        number[line] = number.get(line, 0) + 1
        key = problem.table.lines[line].key
        keys.append(key if count[line] == 1 else f"{key}#{number[line]}")
    return keys


def _lines(problem: Problem, answer: Answer, keys: list[str], shares: list[list[Share]]) -> tuple[QuoteLine, ...]:
    lines: list[QuoteLine] = []
    handed_out: dict[int, int] = {}
    for index, (place, quantity, _) in enumerate(answer.segments):
        merged = problem.table.lines[place]
        before = handed_out.get(place, 0)
        handed_out[place] = before + quantity
        lines.append(
            QuoteLine(
                key=keys[index],
                sku=merged.line.sku,
                shop=merged.line.shop,
                quantity=quantity,
                list_cents=merged.line.list_cents,
                net_cents=answer.outcome.nets[index],
                shares=tuple(shares[index]),
                parts=_parts(merged.parts, before, before + quantity),
            )
        )
    return tuple(lines)


def _parts(parts: tuple[tuple[str, int], ...], start: int, end: int) -> tuple[tuple[str, int], ...]:
    """Return which input lines hold the units from `start` to `end`."""
    if len(parts) == 1:
        return ((parts[0][0], end - start),)
    found, before = [], 0
    for key, units in parts:
        inside = min(end, before + units) - max(start, before)
        if inside > 0:
            found.append((key, inside))
        before += units
    return tuple(found)
