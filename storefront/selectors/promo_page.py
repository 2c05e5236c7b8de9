"""The page of one campaign: what it gives, how long, and which SKUs take part."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.lifecycle import Phase
from campaigns.models import Campaign, CampaignRevision
from campaigns.rule_words import asked
from campaigns.selectors.interventions import skus_still_in
from campaigns.selectors.phases import phase_of_campaign
from campaigns.selectors.running import with_offer_parts
from campaigns.selectors.stock import used_up_skus
from pricing.engine.messages import Message
from pricing.engine.registry import load_benefit
from pricing.models import Sku
from storefront.as_if import draft_looked_at
from storefront.priced import Priced
from storefront.selectors.cart_view import GainView, gains_of
from storefront.selectors.catalogue import PRICING_PARTS
from storefront.selectors.gifts import GiftView, promised_gifts

SHOWN = {Phase.WARM_UP, Phase.RUNNING, Phase.SOLD_OUT, Phase.PAUSED, Phase.ENDED}


@dataclass(frozen=True, slots=True)
class PromoPage:
    """A campaign that shoppers may see. `phase` is what holds at `server_at`."""

    campaign_id: int
    revision: CampaignRevision
    phase: str
    rule: Message
    gifts: tuple[GiftView, ...]
    starts_at: datetime
    ends_at: datetime
    server_at: datetime


def promo_page(*, campaign_id: int, at: datetime) -> PromoPage | None:
    """Return the page's values, or None for what shoppers do not (yet) see. Nine queries at most."""
    revision, phase = _looked_at(campaign_id, at) or _in_force(campaign_id, at)
    if revision is None or phase not in SHOWN:
        return None
    benefit = load_benefit(revision.benefit_code, revision.params)
    return PromoPage(
        campaign_id=campaign_id,
        revision=revision,
        phase=phase.value,
        rule=asked(benefit),
        gifts=promised_gifts(revision, benefit),
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        server_at=at,
    )


def _in_force(campaign_id: int, at: datetime) -> tuple[CampaignRevision | None, Phase | None]:
    revision = with_offer_parts(CampaignRevision.objects.filter(current_of=campaign_id)).first()
    return revision, phase_of_campaign(_with(revision), at=at) if revision else None


def _looked_at(campaign_id: int, at: datetime) -> tuple[CampaignRevision, Phase | None] | None:
    """The draft of a preview, with the phase that it would have by the clock."""
    draft = draft_looked_at()
    if draft is None or draft.campaign_id != campaign_id:
        return None
    if at >= draft.starts_at:
        return draft, Phase.RUNNING if at < draft.ends_at else Phase.ENDED
    return draft, Phase.WARM_UP if draft.warm_up_at is not None and draft.warm_up_at <= at else None


def skus_in_campaign(revision: CampaignRevision) -> QuerySet[Sku]:
    """SKUs that the campaign takes and that may be bought, by code, ready for `price_skus`. One query beside them.

    Those whose activity stock is used up have left it, until some of it comes back.
    """
    there = skus_still_in(revision).filter(product__shop__is_active=True)
    return there.exclude(pk__in=used_up_skus(revision.campaign_id)).select_related(*PRICING_PARTS)


def progress(priced: Priced, campaign_id: int) -> GainView | None:
    """What the cart lacks for the next step of this campaign. No query."""
    return next((gain for gain in gains_of(priced) if gain.campaign_id == campaign_id), None)


def _with(revision: CampaignRevision) -> Campaign:
    """The campaign, knowing its current revision with all its parts."""
    campaign = revision.campaign
    campaign.current_revision = revision
    return campaign
