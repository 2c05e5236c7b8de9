"""The campaigns of a replay, without period, state, stock, limits and budget."""

from collections.abc import Iterable
from dataclasses import replace

from campaigns.models import Campaign, CampaignRevision
from campaigns.offers import offer_of
from campaigns.selectors.named_skus import with_named_skus
from campaigns.selectors.running import with_offer_parts
from pricing.engine.benefits.gift import GiftWithPurchase
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.engine.offer import Offer


class UnknownCampaign(Refusal):
    """A campaign that is asked for does not exist."""


def replayed_offers(campaign_ids: Iterable[int]) -> list[Offer]:
    """Return one offer per campaign: of the approved revision, else of the newest one, a draft included.

    Raises UnknownCampaign, and WrongParams for rules that cannot be used.
    """
    wanted = sorted(set(campaign_ids))
    revisions = {campaign.pk: _revision_of(campaign) for campaign in Campaign.objects.filter(pk__in=wanted)}
    missing = [pk for pk in wanted if not revisions.get(pk)]
    if missing:
        raise UnknownCampaign(
            N_("There is no such campaign: %(campaigns)s. Its number stands in the list of campaigns."),
            campaigns=", ".join(map(str, missing)),
        )
    found = CampaignRevision.objects.filter(pk__in=revisions.values())
    revisions = with_named_skus(with_offer_parts(found).order_by("campaign_id"))
    return [unbound(offer_of(revision)) for revision in revisions]


def unbound(offer: Offer) -> Offer:
    """Return the offer as if it ran at any time, for everybody, without end of stock or money."""
    benefit = offer.benefit
    if isinstance(benefit, GiftWithPurchase):
        benefit = replace(benefit, gifts=tuple(replace(gift, stock_units=None) for gift in benefit.gifts))
    return replace(
        offer,
        benefit=benefit,
        starts_at=None,
        ends_at=None,
        paused=False,
        limited_units=False,
        limited_uses=False,
        budgeted=False,
    )


def _revision_of(campaign: Campaign) -> int | None:
    if campaign.current_revision_id:
        return campaign.current_revision_id
    return campaign.revisions.order_by("-number").values_list("pk", flat=True).first()
