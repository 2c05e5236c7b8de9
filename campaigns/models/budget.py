"""The budget of a campaign: a cap on its total discount, charged by orders, with its ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CampaignBudget(models.Model):
    """How much of the budget is spent, in cents; the row exists only for campaigns with a budget."""

    campaign = models.OneToOneField("campaigns.Campaign", models.PROTECT, related_name="budget", primary_key=True)
    total_cents = models.PositiveBigIntegerField(_("total"))
    used_cents = models.PositiveBigIntegerField(_("used"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used_cents__lte=F("total_cents")), name="campaign_budget_holds")
        ]

    def __str__(self) -> str:
        return f"{self.used_cents}/{self.total_cents}"


class CampaignBudgetEntry(models.Model):
    """Cents charged (+) by an order or given back (-) by a cancellation or refund (append-only)."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=80)
    amount_cents = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "source"], name="one_campaign_budget_entry_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents:+d} {self.source}"
