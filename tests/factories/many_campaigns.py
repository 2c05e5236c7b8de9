"""Many approved campaigns in a few statements, with SKUs of their own."""

from datetime import datetime

from django.db import connection

from campaigns.lifecycle import CampaignState
from campaigns.models import (
    Campaign,
    CampaignApproval,
    CampaignRevision,
    CampaignSku,
    Decision,
    ReviewState,
    StockBucket,
)
from pricing.commands.book import turn_page
from pricing.models import Sku
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_user
from tests.factories.pricing import make_sku

AT_ONCE = 5_000


def make_many_campaigns(count: int, *, skus: int, starts_at: datetime, ends_at: datetime) -> list[Campaign]:
    """Approved campaigns at 20 % off, each with so many SKUs of its own and stock for every one of them."""
    author, checker = make_user(), make_user(groups=["approver"])
    campaigns = Campaign.objects.bulk_create(
        [Campaign(created_by=author, created_at=LONG_AGO) for _ in range(count)], AT_ONCE
    )
    revisions = CampaignRevision.objects.bulk_create(
        [_revision(campaign, author, starts_at, ends_at) for campaign in campaigns], AT_ONCE
    )
    rows = _rows(revisions, _skus(count * skus), skus)
    CampaignSku.objects.bulk_create(rows, AT_ONCE)
    StockBucket.objects.bulk_create(
        [StockBucket(campaign=row.revision.campaign, sku_id=row.sku_id, total=10) for row in rows], AT_ONCE
    )
    CampaignRevision.objects.update(review=ReviewState.APPROVED, submitted_at=LONG_AGO)
    CampaignApproval.objects.bulk_create(
        [
            CampaignApproval(revision=row, maker=author, checker=checker, decision=Decision.APPROVED, at=LONG_AGO)
            for row in revisions
        ],
        AT_ONCE,
    )
    for campaign, revision in zip(campaigns, revisions, strict=True):
        campaign.current_revision, campaign.state = revision, CampaignState.APPROVED
    Campaign.objects.bulk_update(campaigns, ["current_revision", "state"], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database that has run for a while knows its tables
    turn_page()
    return campaigns


def _revision(campaign: Campaign, author: object, starts_at: datetime, ends_at: datetime) -> CampaignRevision:
    return CampaignRevision(
        campaign=campaign,
        author=author,
        name=f"Campaign {campaign.pk}",
        name_zh=f"活动 {campaign.pk}",
        benefit_code="percent_off",
        params={"rate_bp": 2_000},
        layer="item",
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=LONG_AGO,
    )


def _skus(count: int) -> list[Sku]:
    pattern = make_sku()
    skus = [
        Sku(
            product=pattern.product,
            code=f"{pattern.code}-{number}",
            list_cents=10_000,
            option=f"{number}",
            option_zh=f"{number}",
        )
        for number in range(count)
    ]
    return Sku.objects.bulk_create(skus, AT_ONCE)


def _rows(revisions: list[CampaignRevision], skus: list[Sku], each: int) -> list[CampaignSku]:
    return [
        CampaignSku(revision=revision, sku=sku, stock_units=10)
        for place, revision in enumerate(revisions)
        for sku in skus[place * each : (place + 1) * each]
    ]
