"""Is this customer meant? One judgement for the claim button and for the claim itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from campaigns.audience.conditions import WrongAudience
from campaigns.models import Aimed, Customer
from campaigns.selectors.audience import Aim, aim_of, audiences_of
from campaigns.selectors.shopper import shopper_of
from coupons.models import ClaimCampaign, CouponTemplateRevision
from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.reasons import Reason
from pricing.engine.registry import load_condition
from pricing.models import Shop

FOR_OTHERS = N_("This coupon is meant for other customers.")


def unmet_reason(campaign: ClaimCampaign, *, customer: Customer, at: datetime) -> Message | None:
    """Return why a customer may not claim here, None if they may. Four queries at most, none without an audience."""
    return unmet_reasons([campaign], customer=customer, at=at).get(campaign.pk)


def unmet_reasons(campaigns: Iterable[ClaimCampaign], *, customer: Customer, at: datetime) -> dict[int, Message]:
    """Return, by claim campaign, why the customer is not meant; those who mean them are left out.

    Meant is who belongs to the audience of the campaign and to that of its template. Four queries at most, however
    many. The campaigns come with their current revision, and their template with its own and its shop.
    """
    found: dict[int, Message] = {}
    aims: dict[tuple[int, str], Aim] = {}
    for campaign in campaigns:
        if reason := _unmet_condition(campaign.current_revision.conditions, customer=customer, at=at):
            found[campaign.pk] = Message(FOR_OTHERS) if reason.code == "audience" else reason.message
            continue
        try:
            aims |= _aims_of(campaign)
        except WrongAudience:
            found[campaign.pk] = Message(FOR_OTHERS)  # whom it means cannot be read, so nobody is
    belongs = audiences_of({f"{part}:{pk}": aim for (pk, part), aim in aims.items()}, customer=customer, at=at)
    return found | {pk: Message(FOR_OTHERS) for pk, part in aims if f"{part}:{pk}" not in belongs}


def _aims_of(campaign: ClaimCampaign) -> dict[tuple[int, str], Aim]:
    """Return whom a claim campaign and its template mean, where they leave anybody out. Raises WrongAudience."""
    template = campaign.template
    parts = {"claim": campaign.current_revision, "template": template.current_revision}
    aims = {(campaign.pk, part): aim_of(aimed, shop=template.shop) for part, aimed in parts.items()}
    return {key: aim for key, aim in aims.items() if aim is not None}


def may_have(template: CouponTemplateRevision, *, customer_id: int, at: datetime) -> bool:
    """Whether a template means a customer at all, by whatever way. No query without an audience, else seven at most."""
    if not template.has_audience:
        return True
    return is_meant(template, customer=Customer.objects.get(pk=customer_id), at=at, shop=template.template.shop)


def is_meant(aimed: Aimed, *, customer: Customer, at: datetime, shop: Shop | None = None) -> bool:
    """Whether a customer belongs to an audience; `shop` owns it, None = the platform.

    Four queries at most, none without an audience.
    """
    try:
        aim = aim_of(aimed, shop=shop)
    except WrongAudience:
        return False
    return aim is None or bool(audiences_of({"": aim}, customer=customer, at=at))


def _unmet_condition(rows: Iterable[Mapping[str, Any]], *, customer: Customer, at: datetime) -> Reason | None:
    asking = Cart(lines=(), shopper=shopper_of(customer), at=at, region=customer.region)
    reasons = (load_condition(row["code"], row["params"]).unmet_by_cart(asking) for row in rows)
    return next(filter(None, reasons), None)
