"""Overlaps: which other offers take the same goods at the same time, and whether they combine with the draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from campaigns.conflicts.asking import ANYBODY, Desk
from campaigns.conflicts.world import Good, World, basket
from pricing.engine.book import compile_book
from pricing.engine.candidates import Candidate, candidates_for
from pricing.engine.compiled import Compiled
from pricing.engine.merging import merge
from pricing.engine.offer import Offer
from pricing.engine.quote import NO_CHOICES
from pricing.engine.stacking import seat

ENOUGH_PIECES = 1_000


class Verdict(str, Enum):  # noqa: UP042 - the value is what reports keep
    """Whether two offers share goods, or why they do not."""

    COMBINES = "combines"
    ONE_PER_LAYER = "one_per_layer"
    DRAFT_REFUSES = "draft_refuses"
    OTHER_REFUSES = "other_refuses"
    BOTH_REFUSE = "both_refuse"
    GROUP = "group"
    ALONE = "alone"
    ONE_COUPON = "one_coupon"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another offer on goods of the draft. [starts_at, ends_at): when both run; `skus`: how many both take."""

    offer: str
    starts_at: datetime
    ends_at: datetime
    verdict: Verdict
    skus: int


class Overlaps:
    """Notes SKU by SKU who meets the draft, and asks the engine once for each whether the two get along."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.offers, self.facts = world, desk.book.offers, desk.facts
        self.windows = {offer.id: _window(world, offer) for offer in world.offers if offer.id != world.draft}
        self.counts: dict[str, int] = {}
        self.verdicts: dict[str, Verdict] = {}

    def note(self, good: Good, touching: Iterable[Compiled]) -> list[str]:
        """Return the other offers that take this SKU while the draft does, by id, and count them."""
        found = []
        for other in touching:
            code = other.offer.id
            starts_at, ends_at = self.windows.get(code, (self.world.ends_at, self.world.starts_at))
            if starts_at >= ends_at:
                continue
            if code not in self.verdicts:
                self.verdicts[code] = self._judge(good, code)
            self.counts[code] = self.counts.get(code, 0) + 1
            found.append(code)
        return found

    def found(self) -> list[Overlap]:
        """Return all overlaps, those of most SKUs first."""
        rows = [
            Overlap(code, *self.windows[code], verdict=self.verdicts[code], skus=skus)
            for code, skus in self.counts.items()
        ]
        return sorted(rows, key=lambda row: (-row.skus, row.offer))

    def _judge(self, good: Good, other: str) -> Verdict:
        """Seat the two at a cart of a SKU that both take, and see how they get along."""
        pair = [self.offers[self.world.draft], self.offers[other]]
        for pieces in (1, ENOUGH_PIECES):
            cart = basket(((good, pieces),), ANYBODY, self.world.starts_at, self.world.currency)
            lines = merge(cart, NO_CHOICES)
            seated = candidates_for(cart, lines, compile_book(pair), self.facts, NO_CHOICES).candidates
            if {one.offer.id for one in seated} == {self.world.draft, other}:
                draft = next(place for place, one in enumerate(seated) if one.offer.id == self.world.draft)
                guest = next(place for place, one in enumerate(seated) if one.offer.id == other)
                table = seat(lines, seated)
                shun = (table.shuns[draft] >> guest | table.shuns[guest] >> draft) & 1
                return _verdict(seated[draft], seated[guest], apart=table.apart[draft] >> guest & 1, shun=shun)
        return Verdict.COMBINES


def _verdict(draft: Candidate, other: Candidate, *, apart: int, shun: int) -> Verdict:
    """Name the reason of what the engine says."""
    if apart:
        if draft.offer.group is not None and draft.offer.group == other.offer.group:
            return Verdict.GROUP
        is_alone = "order" in (draft.offer.exclusive, other.offer.exclusive)
        return Verdict.ALONE if is_alone else Verdict.ONE_COUPON
    if not shun:
        return Verdict.COMBINES
    if draft.compiled.stage == other.compiled.stage:
        return Verdict.ONE_PER_LAYER
    refused_by_draft = not draft.compiled.admits & other.compiled.term
    refused_by_other = not other.compiled.admits & draft.compiled.term
    if refused_by_draft and refused_by_other:
        return Verdict.BOTH_REFUSE
    return Verdict.DRAFT_REFUSES if refused_by_draft else Verdict.OTHER_REFUSES


def _window(world: World, offer: Offer) -> tuple[datetime, datetime]:
    """Return when an offer, or the coupons of one, runs within the period of the draft."""
    starts = [world.starts_at, offer.starts_at or world.starts_at]
    ends = [world.ends_at, offer.ends_at or world.ends_at]
    coupons = [coupon for coupon in world.facts.coupons if coupon.offer == offer.id]
    starts += [coupon.valid_from for coupon in coupons]
    ends += [coupon.valid_until for coupon in coupons]
    return max(starts), min(ends)
