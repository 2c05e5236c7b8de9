"""Rows of coupons: 10.00 off from 100.00, valid for 30 days after the claim, unless said."""

from datetime import datetime
from itertools import count
from typing import Any

from campaigns.models import Customer, Decision, ReviewState
from coupons.commands.caps import set_claim_cap, set_template_caps
from coupons.commands.granting import grant_coupon
from coupons.lifecycle import ReviewedState
from coupons.models import (
    ClaimCampaign,
    ClaimCampaignApproval,
    ClaimCampaignRevision,
    Coupon,
    CouponTemplate,
    CouponTemplateApproval,
    CouponTemplateRevision,
    CouponTemplateScope,
    CouponTemplateSku,
    Position,
)
from pricing.commands.book import turn_page
from pricing.models import Sku
from tests.factories import FAR_AHEAD, LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user

_numbers = count(1)


def make_template_revision(
    benefit: str = "amount_off",
    *,
    template: CouponTemplate | None = None,
    sku: Sku | list[Sku] | None = None,
    scopes: list[dict[str, Any]] | None = None,
    threshold_cents: int | None = 10_000,
    **fields: Any,
) -> CouponTemplateRevision:
    """A draft. `shop` and `author` go to a new template; every other field is one of CouponTemplateRevision."""
    author, shop = fields.pop("author", None) or make_user(), fields.pop("shop", None)
    if template is None:
        template = CouponTemplate.objects.create(created_by=author, created_at=LONG_AGO, shop=shop)
    skus = [sku] if isinstance(sku, Sku) else list(sku or [])
    params = fields.pop("params", {"amount_off": {"off_cents": 1_000}, "percent_off": {"rate_bp": 2_000}}.get(benefit))
    threshold = [{"code": "min_spend", "params": {"threshold_cents": threshold_cents}}] if threshold_cents else []
    defaults = {
        "number": template.revisions.count() + 1,
        "name": f"Coupon {template.pk}",
        "name_zh": f"优惠券 {template.pk}",
        "conditions": threshold,
        "everything": not skus and not scopes,
        "with_shop_offers": True,
        "with_platform_activities": True,
        "with_coupons": True,
        "valid_days": 30,
        "face_cents": params.get("off_cents") or params.get("cap_cents") or 0,
        "created_at": LONG_AGO,
    }
    revision = CouponTemplateRevision.objects.create(
        template=template, author=author, benefit_code=benefit, params=params, **(defaults | fields)
    )
    CouponTemplateSku.objects.bulk_create(CouponTemplateSku(revision=revision, sku=row) for row in skus)
    CouponTemplateScope.objects.bulk_create(CouponTemplateScope(revision=revision, **row) for row in scopes or [])
    return revision


def make_template(benefit: str = "amount_off", *, approved: bool = True, **fields: Any) -> CouponTemplate:
    """A template with one revision; see make_template_revision for what may be given."""
    revision = make_template_revision(benefit, **fields)
    if approved:
        approve_template(revision)
    return CouponTemplate.objects.get(pk=revision.template_id)


def approve_template(revision: CouponTemplateRevision) -> None:
    """What submitting and approving leave behind, by a checker who is not the author."""
    CouponTemplateRevision.objects.filter(pk=revision.pk).update(review=ReviewState.APPROVED, submitted_at=LONG_AGO)
    CouponTemplateApproval.objects.create(
        revision=revision, maker=revision.author, checker=make_checker(), decision=Decision.APPROVED, at=LONG_AGO
    )
    template = CouponTemplate.objects.filter(pk=revision.template_id)
    template.update(state=ReviewedState.APPROVED, current_revision=revision)
    set_template_caps(template=template.get(), revision=revision)
    turn_page()


def make_claim_revision(*, claim_campaign: ClaimCampaign | None = None, **fields: Any) -> ClaimCampaignRevision:
    """A draft; a template is made unless one is given."""
    author, template = fields.pop("author", None) or make_user(), fields.pop("template", None)
    if claim_campaign is None:
        claim_campaign = ClaimCampaign.objects.create(
            template=template or make_template(), created_by=author, created_at=LONG_AGO
        )
    defaults = {
        "number": claim_campaign.revisions.count() + 1,
        "name": f"Claim {claim_campaign.pk}",
        "name_zh": f"领券 {claim_campaign.pk}",
        "starts_at": LONG_AGO,
        "ends_at": FAR_AHEAD,
        "positions": [code for code in Position.values if code != Position.PARTNER],
        "created_at": LONG_AGO,
    }
    return ClaimCampaignRevision.objects.create(claim_campaign=claim_campaign, author=author, **(defaults | fields))


def make_claim_campaign(*, approved: bool = True, **fields: Any) -> ClaimCampaign:
    """A claim campaign, running from 2020 to 2100 at every position; one coupon per customer unless said."""
    revision = make_claim_revision(**fields)
    if approved:
        approve_claim_campaign(revision)
    return ClaimCampaign.objects.get(pk=revision.claim_campaign_id)


def approve_claim_campaign(revision: ClaimCampaignRevision) -> None:
    ClaimCampaignRevision.objects.filter(pk=revision.pk).update(review=ReviewState.APPROVED, submitted_at=LONG_AGO)
    ClaimCampaignApproval.objects.create(
        revision=revision, maker=revision.author, checker=make_checker(), decision=Decision.APPROVED, at=LONG_AGO
    )
    claim_campaign = ClaimCampaign.objects.filter(pk=revision.claim_campaign_id)
    claim_campaign.update(state=ReviewedState.APPROVED, current_revision=revision)
    set_claim_cap(claim_campaign=claim_campaign.get(), revision=revision)


def make_coupon(
    *, template: CouponTemplate | None = None, customer: Customer | None = None, at: datetime = NOON, **changes: Any
) -> Coupon:
    """A coupon in a wallet, issued at noon as the template says; `changes` are written over it afterwards."""
    template, customer = template or make_template(), customer or make_customer()
    key = f"made-{next(_numbers)}"
    coupon = grant_coupon(template_id=template.pk, customer_id=customer.pk, grant_key=key, at=at)
    if changes:
        Coupon.objects.filter(pk=coupon.pk).update(**changes)
    return Coupon.objects.get(pk=coupon.pk)


def locked_until(coupon: Coupon, deadline: datetime) -> Coupon:
    """Let an order keep the coupon until a deadline."""
    Coupon.objects.filter(pk=coupon.pk).update(
        state="locked", order_key=coupon.number, locked_at=LONG_AGO, lock_deadline=deadline
    )
    return coupon


def used(coupon: Coupon) -> Coupon:
    """Let an order have used the coupon at noon."""
    Coupon.objects.filter(pk=coupon.pk).update(state="used", order_key=coupon.number, used_at=NOON)
    return coupon


def typed_template(**changes: Any) -> dict[str, Any]:
    """What an operator types into the form of an amount off; None leaves a field out."""
    data = {
        "name": "¥10 off ¥100",
        "name_zh": "满100减10",
        "rule_off_cents": "10",
        "threshold_cents": "100",
        "threshold_on": "net",
        "validity": "after_claim",
        "valid_days": "3",
        "everything": "on",
        "with_shop_offers": "yes",
        "with_platform_activities": "yes",
        "with_coupons": "no",
        "refund_policy": "as_paid",
        "priority": "0",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}
