"""Lotteries, submitted and approved as people do."""

from typing import Any

from campaigns.commands import review
from campaigns.commands.drafting import Content
from coupons.commands.lotteries import LOTTERY_REVIEW, create_lottery
from coupons.models import CouponTemplate, Lottery, LotteryRevision
from tests.factories import FAR_AHEAD, LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_user
from tests.factories.coupons import make_template

ALWAYS = 1_000_000
Prize = tuple[CouponTemplate, int] | tuple[CouponTemplate, int, dict[str, Any]]


def make_lottery_draft(
    *prizes: Prize, fallback: CouponTemplate | None = None, author: Any = None, **fields: Any
) -> LotteryRevision:
    """A draft with one free draw a day from 2020 to 2100; each prize is a template, its odds and perhaps limits.

    None named: one that is always won.
    """
    said = {
        "name": "Lucky draw",
        "name_zh": "幸运抽奖",
        "description": "",
        "description_zh": "",
        "starts_at": LONG_AGO,
        "ends_at": FAR_AHEAD,
        "audience": {},
        "per_day": 1,
        "per_customer": None,
        "order_from_cents": None,
        "draws_per_order": 1,
        "fallback_after": None,
        "expected_draws": 1000,
    }
    rows = [
        {"position": position, "template": template, "odds_ppm": odds, **(limits[0] if limits else {})}
        for position, (template, odds, *limits) in enumerate(prizes or [(make_template(), ALWAYS)], start=1)
    ]
    if fallback:
        rows.append({"position": len(rows) + 1, "template": fallback, "is_fallback": True})
    content = Content(fields=said | fields, rows={"prizes": rows})
    return create_lottery(content=content, by=author or make_user(), at=NOON).revisions.get()


def make_lottery(*prizes: Prize, **fields: Any) -> Lottery:
    """An approved lottery; see make_lottery_draft."""
    revision = make_lottery_draft(*prizes, **fields)
    approve_lottery(revision)
    return Lottery.objects.select_related("current_revision").get(pk=revision.lottery_id)


def approve_lottery(revision: LotteryRevision, *, at: Any = NOON) -> None:
    """Hand a draft in and approve it."""
    review.submit(LOTTERY_REVIEW, revision_id=revision.pk, by=revision.author, at=at)
    revision.refresh_from_db()
    review.approve(LOTTERY_REVIEW, revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=at)
