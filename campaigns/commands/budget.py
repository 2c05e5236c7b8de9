"""Charge the budget of a campaign and give it back. A discount is given in full or not at all."""

from datetime import datetime

from django.db.models import F

from campaigns.models import CampaignBudget, CampaignBudgetEntry
from pricing.engine.errors import Refusal, ReturnsTooMany
from pricing.engine.messages import N_
from pricing.ledger import book_once
from pricing.transactions import command, locking


class BudgetSpent(Refusal):
    """What is left of a budget does not cover a discount."""


@command
def charge_budget(*, campaign_id: int, amount_cents: int, source: str, at: datetime) -> None:
    """Charge a discount, in cents; nothing to do for a campaign without a budget.

    Safe to repeat: a source counts once. Raises BudgetSpent if the discount exceeds what is left.
    """
    if not _book(campaign_id, amount_cents, source, at):
        return
    enough = CampaignBudget.objects.filter(pk=campaign_id, used_cents__lte=F("total_cents") - amount_cents)
    if not enough.update(used_cents=F("used_cents") + amount_cents):
        raise BudgetSpent(N_("The budget of this promotion is used up."))


@command
def give_back_budget(*, campaign_id: int, amount_cents: int, source: str, at: datetime) -> None:
    """Give cents back after a cancellation or refund. Safe to repeat: a source counts once.

    Raises ReturnsTooMany if more would come back than was charged.
    """
    if not _book(campaign_id, -amount_cents, source, at):
        return
    charged = CampaignBudget.objects.filter(pk=campaign_id, used_cents__gte=amount_cents)
    if not charged.update(used_cents=F("used_cents") - amount_cents):
        raise ReturnsTooMany(N_("Less than this was charged to the budget of this promotion."))


def _book(campaign_id: int, amount_cents: int, source: str, at: datetime) -> bool:
    """Write the ledger entry; False if there is nothing to move: no amount, no budget, or moved before."""
    if not amount_cents or not CampaignBudget.objects.filter(pk=campaign_id).exists():
        return False
    locking("campaign_budget")
    return book_once(CampaignBudgetEntry(campaign_id=campaign_id, source=source, amount_cents=amount_cents, at=at))
