"""What a row of the campaign list says: where it stands, how much is used, what it has cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from campaigns.admin.facts import moment
from campaigns.lifecycle import CampaignState, Phase
from campaigns.models import Campaign, CampaignBudget, CampaignRevision, ReviewState, StockBucket
from campaigns.selectors.facts import PLENTY
from campaigns.selectors.phases import phases_of
from campaigns.selectors.running import with_offer_parts
from campaigns.sources import Spend, ask
from pricing.wording import money_text

TONES = {Phase.RUNNING: "good", Phase.WARM_UP: "soon", Phase.SCHEDULED: "soon", Phase.PAUSED: "warn"} | {
    Phase.SOLD_OUT: "warn"
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Texts for one campaign; `tone` is the colour of its state."""

    revision: CampaignRevision
    period: tuple[str, str]
    state: str
    tone: str
    usage: str
    spend: str


def figures_of(campaigns: Sequence[Campaign], *, at: datetime) -> dict[int, Figures]:
    """Return the figures of these campaigns, by id. Nine queries at most, however many campaigns."""
    ids = [campaign.pk for campaign in campaigns]
    current = list(with_offer_parts(CampaignRevision.objects.filter(current_of__in=ids)))
    in_force, phases = {row.campaign_id: row for row in current}, phases_of(current, at=at)
    stock = _stock(ids)
    budgets = {budget.pk: budget for budget in CampaignBudget.objects.filter(pk__in=ids)}
    spends: dict[int, Spend] = ask("campaign_spend", ids, default={})
    found = {}
    for campaign in campaigns:
        revisions = list(campaign.revisions.all())
        revision = in_force.get(campaign.pk) or revisions[-1]
        phase = phases.get(campaign.pk)
        found[campaign.pk] = Figures(
            revision=revision,
            period=(moment(revision.starts_at), moment(revision.ends_at)),
            state=_state(campaign, revisions, phase),
            tone=TONES.get(phase, "review" if _awaits_review(revisions) else ""),
            usage=_usage(revision, stock.get(campaign.pk)),
            spend=_spend(revision, budgets.get(campaign.pk), spends.get(campaign.pk)),
        )
    return found


def _state(campaign: Campaign, revisions: list[CampaignRevision], phase: Phase | None) -> str:
    state = Phase(phase).label if phase else CampaignState(campaign.state).label
    if campaign.state == CampaignState.STOPPED:
        state = CampaignState.STOPPED.label
    if phase and _awaits_review(revisions):
        return _("%(state)s, change in review") % {"state": state}
    return str(state)


def _awaits_review(revisions: list[CampaignRevision]) -> bool:
    return any(row.review == ReviewState.IN_REVIEW for row in revisions)


def _stock(ids: list[int]) -> dict[int, tuple[int, int]]:
    """Used and total units by campaign: of the campaign's own stock where it has one, else of its SKUs together."""
    of_all = Q(sku=None)
    pools = StockBucket.objects.filter(campaign__in=ids).order_by().values("campaign")
    sums = pools.annotate(
        used_units=Coalesce(Sum("used", filter=of_all), Sum("used")),
        total_units=Coalesce(Sum("total", filter=of_all), Sum("total")),
    )
    return {row["campaign"]: (row["used_units"], row["total_units"]) for row in sums}


def _usage(revision: CampaignRevision, stock: tuple[int, int] | None) -> str:
    if stock is None:
        return "–"
    used, total = stock
    capped = revision.stock_units is not None or total < PLENTY
    return _("%(used)s of %(total)s") % {"used": used, "total": total} if capped else str(used)


def _spend(revision: CampaignRevision, budget: CampaignBudget | None, spend: Spend | None) -> str:
    if budget is not None and revision.budget_cents is not None:
        spent, total = money_text(budget.used_cents), money_text(revision.budget_cents)
        return _("%(used)s of %(total)s") % {"used": spent, "total": total}
    return money_text(spend.discount_cents) if spend else "–"
