"""One place for every route of issuing: how many coupons and how much money a template has given out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TemplateBudget(models.Model):
    """Number issued and cents reserved or spent; no total means unlimited.

    `minute_issued` and `minute_cents` were issued in the minute that began at `minute`; no limit of its own means the
    site's (settings.COUPONS_PER_MINUTE). `told_*_bp` is the highest share of a total that the staff has been told of.
    """

    template = models.OneToOneField("coupons.CouponTemplate", models.PROTECT, related_name="budget", primary_key=True)
    issue_total = models.PositiveIntegerField(_("number to issue"), null=True, blank=True)
    issued = models.PositiveIntegerField(_("issued"), default=0)
    total_cents = models.PositiveBigIntegerField(_("budget"), null=True, blank=True)
    used_cents = models.PositiveBigIntegerField(_("reserved or spent"), default=0)
    most_per_minute = models.PositiveIntegerField(_("most coupons a minute"), null=True, blank=True)
    most_cents_per_minute = models.PositiveBigIntegerField(_("most money a minute"), null=True, blank=True)
    minute = models.DateTimeField(null=True, editable=False)
    minute_issued = models.PositiveIntegerField(default=0, editable=False)
    minute_cents = models.PositiveBigIntegerField(default=0, editable=False)
    told_number_bp = models.PositiveSmallIntegerField(default=0, editable=False)
    told_money_bp = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("template budget")
        verbose_name_plural = _("template budgets")
        constraints = [
            models.CheckConstraint(
                condition=Q(issue_total=None) | Q(issued__lte=F("issue_total")), name="template_is_never_overissued"
            ),
            models.CheckConstraint(
                condition=Q(total_cents=None) | Q(used_cents__lte=F("total_cents")), name="template_budget_holds"
            ),
            models.CheckConstraint(
                condition=Q(most_per_minute=None) | Q(minute_issued__lte=F("most_per_minute")),
                name="template_number_per_minute_holds",
            ),
            models.CheckConstraint(
                condition=Q(most_cents_per_minute=None) | Q(minute_cents__lte=F("most_cents_per_minute")),
                name="template_money_per_minute_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issued}/{self.issue_total or '∞'}"


class BudgetMove(models.TextChoices):
    RESERVE = "reserve", _("reserved at issue")
    SETTLE = "settle", _("settled at use")
    RELEASE = "release", _("released at expiry or recall")
    RESTORE = "restore", _("reserved again at return")


class TemplateBudgetEntry(models.Model):
    """Cents that one coupon takes from (+) or gives back to (-) its template's budget (append-only)."""

    template = models.ForeignKey("coupons.CouponTemplate", models.PROTECT, related_name="+")
    coupon = models.ForeignKey("coupons.Coupon", models.PROTECT, related_name="+")
    move = models.CharField(_("move"), max_length=16, choices=BudgetMove)
    amount_cents = models.BigIntegerField(_("amount"))
    source = models.CharField(_("source"), max_length=80)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["coupon", "move", "source"], name="one_budget_entry_per_coupon_and_source")
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents:+d} {self.move}"
