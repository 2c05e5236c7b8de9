"""Set how much may be given out: number and budget of a template, number of a claim campaign.

The counts of what has been given out survive every change of a cap.
"""

from coupons.models import (
    ClaimCampaign,
    ClaimCampaignRevision,
    ClaimCount,
    CouponTemplate,
    CouponTemplateRevision,
    TemplateBudget,
)
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking


class CapBelowUse(Refusal):
    """A cap would be lower than what has been given out already."""


@command
def set_template_caps(*, template: CouponTemplate, revision: CouponTemplateRevision) -> None:
    """Make the template's purse hold what the revision says. Raises CapBelowUse, naming the field."""
    locking("template_budget")
    TemplateBudget.objects.bulk_create([TemplateBudget(template=template)], ignore_conflicts=True)
    purse = TemplateBudget.objects.select_for_update().get(pk=template.pk)
    if revision.issue_total is not None and revision.issue_total < purse.issued:
        raise CapBelowUse(
            N_("%(issued)s coupons are issued already: the number cannot be lower."),
            field="issue_total",
            issued=purse.issued,
        )
    if revision.budget_cents is not None and revision.budget_cents < purse.used_cents:
        raise CapBelowUse(
            N_("%(used_cents)s of the budget are taken already: the budget cannot be lower."),
            field="budget_cents",
            used_cents=purse.used_cents,
        )
    TemplateBudget.objects.filter(pk=purse.pk).update(
        issue_total=revision.issue_total,
        total_cents=revision.budget_cents,
        most_per_minute=revision.most_per_minute,
        most_cents_per_minute=revision.most_cents_per_minute,
        minute_issued=0,
        minute_cents=0,
        told_number_bp=purse.told_number_bp if revision.issue_total == purse.issue_total else 0,
        told_money_bp=purse.told_money_bp if revision.budget_cents == purse.total_cents else 0,
    )


@command
def set_claim_cap(*, claim_campaign: ClaimCampaign, revision: ClaimCampaignRevision) -> None:
    """Make the claim campaign's count hold what the revision says. Raises CapBelowUse, naming the field."""
    locking("template_budget")
    ClaimCount.objects.bulk_create([ClaimCount(claim_campaign=claim_campaign)], ignore_conflicts=True)
    count = ClaimCount.objects.select_for_update().get(pk=claim_campaign.pk)
    if revision.total is not None and revision.total < count.used:
        raise CapBelowUse(
            N_("%(used)s coupons are claimed already: the number cannot be lower."), field="total", used=count.used
        )
    ClaimCount.objects.filter(pk=count.pk).update(total=revision.total)
