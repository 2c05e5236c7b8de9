"""What watches over a campaign while it runs: when it is over for good, and when to interrupt it or tell people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Guarded(models.Model):
    """Limits of a running campaign; empty means that nobody looks. Amounts in cents, shares in basis points.

    Whatever is exceeded is told once; with `guard_pauses` the campaign is interrupted at once as well.
    """

    stays_ended = models.BooleanField(_("sold out for good"), default=False)
    guards_cost = models.BooleanField(_("watch for prices below cost"), default=True)
    loss_limit_cents = models.PositiveBigIntegerField(_("loss limit"), null=True, blank=True)
    lowest_share_bp = models.PositiveIntegerField(_("lowest price in percent of the list price"), null=True, blank=True)
    hourly_limit_cents = models.PositiveBigIntegerField(_("most discount within an hour"), null=True, blank=True)
    guard_pauses = models.BooleanField(_("interrupt at once"), default=False)
    # The code of a risk profile, which lives a floor above; it judges the orders that get this campaign.
    risk_profile = models.CharField(_("risk profile"), max_length=40, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest_share_bp=None) | Q(lowest_share_bp__gte=1, lowest_share_bp__lte=10_000),
                name="%(class)s_lowest_share_in_range",
            )
        ]


class SoldOut(models.Model):
    """A version of a campaign that is sold out for good: what comes back does not bring it back (append-only)."""

    revision = models.OneToOneField("campaigns.CampaignRevision", models.PROTECT, related_name="sold_out")
    at = models.DateTimeField(_("at"))

    def __str__(self) -> str:
        return f"{self.revision_id}"


class AlarmKind(models.TextChoices):
    BELOW_COST = "below_cost", _("sold below cost")
    LOSS_LIMIT = "loss_limit", _("loss limit reached")
    LOW_PRICE = "low_price", _("sold too cheaply")
    HOURLY_LIMIT = "hourly_limit", _("discount given too fast")
    BUDGET_80 = "budget_80", _("80 % of the budget spent")
    BUDGET_100 = "budget_100", _("budget spent")


class Alarm(models.Model):
    """Something that a running campaign has exceeded (append-only), once since it was last set going (`since`).

    `figure` and `limit` are cents, or basis points of the list price for a price that is too low.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", models.PROTECT, related_name="alarms", verbose_name=_("campaign")
    )
    kind = models.CharField(_("what"), max_length=16, choices=AlarmKind)
    sku = models.ForeignKey("pricing.Sku", models.PROTECT, related_name="+", null=True, verbose_name=_("SKU"))
    figure = models.BigIntegerField(_("figure"))
    limit = models.BigIntegerField(_("limit"))
    paused = models.BooleanField(_("interrupted at once"), default=False)
    since = models.DateTimeField(_("counted since"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [models.UniqueConstraint(fields=["campaign", "kind", "since"], name="one_alarm_since_set_going")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.campaign}"
