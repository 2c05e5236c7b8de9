"""Rows of campaigns and customers. A campaign is approved and runs from 2020 to 2100 unless said."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User

from campaigns.commands.caps import set_caps
from campaigns.lifecycle import CampaignState
from campaigns.models import (
    Campaign,
    CampaignApproval,
    CampaignRevision,
    CampaignScope,
    CampaignSku,
    CampaignTransition,
    Customer,
    Decision,
    ReviewState,
)
from pricing.commands.book import turn_page
from pricing.models import Sku
from tests.factories import FAR_AHEAD, LONG_AGO

_numbers = count(1)

PARAMS: dict[str, dict[str, Any]] = {
    "spend_tiers": {"tiers": [{"threshold_cents": 10_000, "off_cents": 1_000}]},
    "percent_off": {"rate_bp": 2_000},
}
LAYERS = {"spend_tiers": "order"}


def make_user(username: str | None = None, *, groups: Iterable[str] = (), **fields: Any) -> User:
    """A login with the password "secret"; groups are names such as "operator". Staff if any group is given."""
    username = username or f"user-{next(_numbers)}"
    fields = {"is_staff": bool(groups), **fields}
    user = User.objects.create_user(username, password="secret", **fields)
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
    return user


def make_checker() -> User:
    """Somebody who may approve."""
    return make_user(groups=["approver"])


def make_customer(code: str | None = None, **fields: Any) -> Customer:
    code = code or f"customer-{next(_numbers)}"
    return Customer.objects.create(**{"code": code, "name": code.title(), "registered_at": LONG_AGO, **fields})


def make_revision(
    benefit: str = "spend_tiers",
    *,
    campaign: Campaign | None = None,
    sku: Sku | Iterable[Sku] = (),
    scopes: Iterable[dict[str, Any]] = (),
    stock: int | dict[Sku, int] | None = None,
    rows: dict[Sku, dict[str, Any]] | None = None,
    **fields: Any,
) -> CampaignRevision:
    """A draft. Everything is in scope unless `sku`, `scopes`, `rows` or a `stock` by SKU say otherwise.

    `rows` gives SKUs their columns: {tea: {"price_cents": 900, "limit_units": 2}}.

    `shop` and `author` go to the campaign; every other field is one of CampaignRevision.
    """
    author, shop = fields.pop("author", None) or make_user(), fields.pop("shop", None)
    if campaign is None:
        campaign = Campaign.objects.create(created_by=author, created_at=LONG_AGO, shop=shop)
    by_sku = stock if isinstance(stock, dict) else {}
    skus = dict.fromkeys([sku] if isinstance(sku, Sku) else sku, {}) | (rows or {})
    skus |= {found: {"stock_units": units} for found, units in by_sku.items()}
    scopes = list(scopes)
    defaults = {
        "number": campaign.revisions.count() + 1,
        "name": f"Campaign {campaign.pk}",
        "name_zh": f"活动 {campaign.pk}",
        "params": PARAMS.get(benefit, {}),
        "layer": LAYERS.get(benefit, "item"),
        "starts_at": LONG_AGO,
        "ends_at": FAR_AHEAD,
        "everything": not skus and not scopes,
        "with_shop_offers": True,
        "with_platform_activities": True,
        "with_coupons": True,
        "stock_units": stock if isinstance(stock, int) else None,
        "created_at": LONG_AGO,
    }
    revision = CampaignRevision.objects.create(
        campaign=campaign, author=author, benefit_code=benefit, **(defaults | fields)
    )
    CampaignSku.objects.bulk_create(CampaignSku(revision=revision, sku=sku, **columns) for sku, columns in skus.items())
    CampaignScope.objects.bulk_create(CampaignScope(revision=revision, **row) for row in scopes)
    return revision


def make_campaign(
    benefit: str = "spend_tiers", *, approved: bool = True, paused: bool = False, **fields: Any
) -> Campaign:
    """A campaign with one revision; see make_revision for what may be given."""
    revision = make_revision(benefit, **fields)
    if approved:
        approve(revision)
    if paused:
        Campaign.objects.filter(pk=revision.campaign_id).update(state=CampaignState.PAUSED)
    return Campaign.objects.get(pk=revision.campaign_id)


def approve(revision: CampaignRevision) -> None:
    """What submitting and approving leave behind, by a checker who is not the author."""
    checker = make_checker()
    CampaignRevision.objects.filter(pk=revision.pk).update(review=ReviewState.APPROVED, submitted_at=LONG_AGO)
    CampaignApproval.objects.create(
        revision=revision, maker=revision.author, checker=checker, decision=Decision.APPROVED, at=LONG_AGO
    )
    CampaignTransition.objects.create(
        subject=revision.campaign, move="approve", source="in_review", target="approved", by=checker, at=LONG_AGO
    )
    Campaign.objects.filter(pk=revision.campaign_id).update(state=CampaignState.APPROVED, current_revision=revision)
    set_caps(campaign=revision.campaign, revision=revision)
    turn_page()
