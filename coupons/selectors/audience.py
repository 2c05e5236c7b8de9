"""Is this customer meant? One judgement for the claim button and for the claim itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from campaigns.audience.conditions import WrongAudience
from campaigns.models import Aimed, Customer
from campaigns.selectors.audience import Aim, aim_of, audiences_of
from campaigns.selectors.shopper import shopper_of
from coupons.models import ClaimCampaign
from pricing.engine.cart import Cart
from pricing.engine.messages import N_, Message
from pricing.engine.reasons import Reason
from pricing.engine.registry import load_condition

FOR_OTHERS = N_("This coupon is meant for other customers.")


def unmet_reason(campaign: ClaimCampaign, *, customer: Customer, at: datetime) -> Message | None:
    """Return why a customer may not claim here, None if they may. Four queries at most, none without an audience."""
    return unmet_reasons([campaign], customer=customer, at=at).get(campaign.pk)


def unmet_reasons(campaigns: Iterable[ClaimCampaign], *, customer: Customer, at: datetime) -> dict[int, Message]:
    """Return, by claim campaign, why the customer is not meant; those who mean them are left out.

    Four queries at most, however many. The campaigns come with their current revision and the shop of their template.
    """
    found: dict[int, Message] = {}
    aims: dict[str, Aim] = {}
    for campaign in campaigns:
        if reason := _unmet_condition(campaign.current_revision.conditions, customer=customer, at=at):
            found[campaign.pk] = reason.message
            continue
        try:
            aim = aim_of(campaign.current_revision, shop=campaign.template.shop)
        except WrongAudience:
            found[campaign.pk] = Message(FOR_OTHERS)  # whom it means cannot be read, so nobody is
            continue
        if aim is not None:
            aims[str(campaign.pk)] = aim
    belongs = audiences_of(aims, customer=customer, at=at)
    return found | {int(name): Message(FOR_OTHERS) for name in aims.keys() - belongs}


def is_meant(aimed: Aimed, *, customer: Customer, at: datetime) -> bool:
    """Whether a customer belongs to an audience of the platform. Four queries at most, none without an audience."""
    try:
        aim = aim_of(aimed, shop=None)
    except WrongAudience:
        return False
    return aim is None or bool(audiences_of({"": aim}, customer=customer, at=at))


def _unmet_condition(rows: Iterable[Mapping[str, Any]], *, customer: Customer, at: datetime) -> Reason | None:
    asking = Cart(lines=(), shopper=shopper_of(customer), at=at, region=customer.region)
    reasons = (load_condition(row["code"], row["params"]).unmet_by_cart(asking) for row in rows)
    return next(filter(None, reasons), None)
