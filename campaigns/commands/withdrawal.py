"""Take single SKUs out of a campaign, and back in. The caller holds the campaign alone."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from campaigns.models import Campaign, CampaignRevision, Intervention, WithdrawnSku
from campaigns.selectors.goods import skus_taken_by
from pricing.commands.book import turn_page
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.models import Sku

NAMED = 5


class WrongSkus(Refusal):
    """SKUs that cannot be taken out or back in; the message names them."""


def check_skus(campaign: Campaign, sku_ids: Iterable[int], *, withdraw: bool) -> None:
    """Refuse an empty list, and SKUs that are not there to be taken out (or back in). Raises WrongSkus."""
    asked = set(sku_ids)
    if not asked:
        raise WrongSkus(N_("Name at least one SKU."), field="skus")
    out = set(campaign.withdrawn.values_list("sku", flat=True))
    if withdraw:
        taken = skus_taken_by(campaign.current_revision, shop_id=campaign.shop_id).filter(pk__in=asked - out)
        wrong = asked - set(taken.values_list("pk", flat=True))
        text = N_("Not in this campaign, or out already: %(codes)s.")
    else:
        wrong, text = asked - out, N_("Not taken out of this campaign: %(codes)s.")
    if wrong:
        raise WrongSkus(text, field="skus", codes=_codes_of(wrong))


def take_out(campaign: Campaign, intervention: Intervention, *, at: datetime) -> None:
    """Let the very next quote do without these SKUs. Orders that were priced with them are refused from now on."""
    ids = intervention.skus.values_list("sku", flat=True)
    WithdrawnSku.objects.bulk_create(
        (WithdrawnSku(campaign=campaign, sku_id=sku, intervention=intervention, since=at) for sku in ids),
        ignore_conflicts=True,
    )
    _turn(campaign)


def take_back_in(campaign: Campaign, sku_ids: Iterable[int]) -> None:
    """Let these SKUs have the price of the campaign again."""
    campaign.withdrawn.filter(sku__in=set(sku_ids)).delete()
    _turn(campaign)


def bring_back_with(campaign: Campaign, revision: CampaignRevision) -> None:
    """Do what an approved version says about the SKUs that are out: they stay out, or come back in with it.

    What was taken out after the version had been handed in stays out: nobody has judged that.
    """
    if revision.keeps_withdrawn or revision.submitted_at is None:
        return
    known = campaign.withdrawn.filter(since__lte=revision.submitted_at)
    if ids := list(known.values_list("sku", flat=True)):
        take_back_in(campaign, ids)


def _turn(campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(edition=F("edition") + 1)
    turn_page()


def _codes_of(sku_ids: Iterable[int]) -> str:
    codes = sorted(Sku.objects.filter(pk__in=list(sku_ids)).values_list("code", flat=True))
    return ", ".join(codes[:NAMED]) or "?"
