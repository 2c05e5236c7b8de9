"""Orders that get a campaign with a risk profile are judged before they are placed, and those of every flash sale are
held against the block lists and noted, so that rules can be tried on them some day."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Campaign
from coupons.commands.guards import pass_guards
from coupons.commands.risk import Assessed, assess, noted
from coupons.models import CaseState
from coupons.refusals import NotNow, UnderReview
from coupons.risk.attempt import Attempt
from coupons.risk.origin import NOWHERE, Origin
from coupons.risk.signals import ORDER
from coupons.selectors.risk import what_is_known
from pricing.engine.messages import N_
from storefront.priced import Priced

Judged = frozenset[tuple[int, str]]  # (campaign id, code of its risk profile)
FLASH_SALE = "sku_prices"
REFUSED = N_(
    "We cannot take an order at this promotion price at the moment. Nothing was ordered. "
    "If you think this is a mistake, please ask our service."
)
HELD = N_(
    "Your order is being checked by our staff. Nothing was ordered yet and your cart stays as it is: "
    "please place the order again later."
)


@dataclass(frozen=True, slots=True)
class Orderer:
    """Who places which order, from where."""

    customer_id: int | None
    cart_id: int
    order_key: object
    origin: Origin = NOWHERE


class Unassessed(Exception):
    """An order gets campaigns that risk control judges, and nobody has asked yet: ask outside of the transaction."""

    def __init__(self, judged: Judged, orderer: Orderer) -> None:
        super().__init__(judged)
        self.judged = judged
        self.orderer = orderer


def check_assessed(priced: Priced, assessed: Judged, orderer: Orderer, *, at: datetime) -> None:
    """Raise Unassessed where a profile judges a campaign of this order, or somebody is blocked in a flash sale.

    A flash sale without a profile costs two statements, in the order's own transaction.
    """
    campaigns = priced.page.campaigns
    applied = [campaigns[row.offer] for row in priced.quote.applied if row.offer in campaigns]
    judged = frozenset((revision.campaign_id, revision.risk_profile) for revision in applied if revision.risk_profile)
    if unasked := judged - assessed:
        raise Unassessed(unasked, orderer)
    flash = {row.campaign_id for row in applied if row.benefit_code == FLASH_SALE and not row.risk_profile}
    for campaign_id in sorted(flash):
        if (campaign_id, "") not in assessed:
            _note(_attempt(campaign_id, "", orderer), orderer, at=at)


def assess_order(asked: Unassessed, *, at: datetime) -> None:
    """Let risk control look at an order, once for each campaign. Raises NotNow or UnderReview.

    An order that is sent again is the same attempt; what people decide about is the customer in the campaign.
    """
    for campaign_id, profile in sorted(asked.judged):
        try:
            assess(_attempt(campaign_id, profile, asked.orderer), at=at)
        except NotNow:
            raise NotNow(REFUSED) from None
        except UnderReview:
            raise UnderReview(HELD) from None


def _note(attempt: Attempt, orderer: Orderer, *, at: datetime) -> None:
    known = what_is_known(attempt, at=at)
    is_decided = known.case is not None and known.case["state"] != CaseState.RELEASED
    if known.block or is_decided:
        raise Unassessed(frozenset({(attempt.object_id, "")}), orderer)
    pass_guards(noted(Assessed(attempt, known, is_noted=False), at=at))


def _attempt(campaign_id: int, profile: str, orderer: Orderer) -> Attempt:
    who = orderer.customer_id or f"cart{orderer.cart_id}"
    return Attempt(
        act=ORDER,
        kind=Campaign._meta.label_lower,
        object_id=campaign_id,
        customer_id=orderer.customer_id,
        key=f"order:{campaign_id}:{orderer.order_key}",
        origin=orderer.origin,
        profiles=(profile,),
        topic=f"order:{campaign_id}:{who}",
    )
