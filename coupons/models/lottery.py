"""A lottery: an activity that gives coupons by chance, with odds that are shown and draws that can be checked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Aimed, Approval, Reviewed, Revision, Transition
from coupons.drawing import PARTS
from coupons.models.risk_profile import Judged
from pricing.models.naming import Described


class Lottery(Reviewed):
    """A period in which customers may draw.

    `seed` is made at the first approval and never changed; `seed_digest` is shown from then on, the seed itself only
    a minute after the end, or once it is stopped.
    """

    current_revision = models.OneToOneField(
        "coupons.LotteryRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )
    seed = models.BinaryField(null=True, editable=False)
    seed_digest = models.CharField(_("digest of the seed"), max_length=64, blank=True, default="", editable=False)

    class Meta(Reviewed.Meta):
        verbose_name = _("lottery")
        verbose_name_plural = _("lotteries")
        permissions = [
            ("submit_lottery", "Can submit a lottery for review"),
            ("approve_lottery", "Can approve or reject a lottery"),
            ("pause_lottery", "Can pause, resume or stop a lottery"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seed=None, seed_digest="") | (Q(seed__isnull=False) & ~Q(seed_digest="")),
                name="lottery_seed_has_a_digest",
            ),
        ]


class LotteryRevision(Revision, Described, Aimed, Judged):
    """Period, audience, how often one customer may draw, and what is guaranteed; the prizes are its rows.

    `per_day`, `per_customer`: free draws in a calendar day and in all (None = no such limit). Each paid order of
    `order_from_cents` or more (None = orders earn none) earns `draws_per_order` on top. `fallback_after`: so many
    draws in a row without a prize end with the guaranteed coupon (None = it only stands in for prizes that are gone).
    `expected_draws` is what the operator reckons with.
    """

    lottery = models.ForeignKey("coupons.Lottery", models.PROTECT, related_name="revisions")
    starts_at = models.DateTimeField(_("drawing starts at"))
    ends_at = models.DateTimeField(_("drawing ends at"))
    per_day = models.PositiveSmallIntegerField(_("free draws a day"), null=True, blank=True)
    per_customer = models.PositiveSmallIntegerField(_("free draws in all"), null=True, blank=True)
    order_from_cents = models.PositiveBigIntegerField(_("orders from"), null=True, blank=True)
    draws_per_order = models.PositiveSmallIntegerField(_("draws for an order"), default=1)
    fallback_after = models.PositiveSmallIntegerField(_("guaranteed with draw"), null=True, blank=True)
    expected_draws = models.PositiveIntegerField(_("expected draws"), default=1)

    class Meta:
        ordering = ["lottery", "number"]
        verbose_name = _("lottery revision")
        verbose_name_plural = _("lottery revisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="drawing_starts_before_it_ends",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(
                condition=(Q(fallback_after=None) | Q(fallback_after__gte=1))
                & Q(draws_per_order__gte=1, expected_draws__gte=1),
                name="lottery_counts_from_one",
                violation_error_message=_("Give a number from 1."),
            ),
            models.UniqueConstraint(fields=["lottery", "number"], name="one_lottery_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="lottery_revision_and_its_author"),
        ]


class LotteryPrize(models.Model):
    """A coupon that can be won, or the guaranteed one (`is_fallback`), which has no odds of its own.

    Prizes lie one after the other by `position`: the first wins the lowest numbers. `stock`, `per_day` and
    `per_customer` narrow what the template allows; None = as many as that.
    """

    revision = models.ForeignKey("coupons.LotteryRevision", models.CASCADE, related_name="prizes")
    position = models.PositiveSmallIntegerField(_("position"))
    template = models.ForeignKey(
        "coupons.CouponTemplate", models.PROTECT, related_name="+", verbose_name=_("coupon template")
    )
    is_fallback = models.BooleanField(_("guaranteed"), default=False)
    odds_ppm = models.PositiveIntegerField(_("odds"), default=0)
    stock = models.PositiveIntegerField(_("stock"), null=True, blank=True)
    per_day = models.PositiveIntegerField(_("per day"), null=True, blank=True)
    per_customer = models.PositiveSmallIntegerField(_("per customer"), null=True, blank=True)

    class Meta:
        ordering = ["revision", "position"]
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="one_prize_per_position"),
            models.UniqueConstraint(fields=["revision", "template"], name="one_prize_per_template"),
            models.UniqueConstraint(fields=["revision"], condition=Q(is_fallback=True), name="one_fallback"),
            models.CheckConstraint(
                condition=Q(is_fallback=True, odds_ppm=0, stock=None, per_day=None, per_customer=None)
                | Q(is_fallback=False, odds_ppm__gte=1, odds_ppm__lte=PARTS),
                name="prize_has_odds_fallback_none",
            ),
            models.CheckConstraint(
                condition=(Q(stock=None) | Q(stock__gte=1))
                & (Q(per_day=None) | Q(per_day__gte=1))
                & (Q(per_customer=None) | Q(per_customer__gte=1)),
                name="prize_limits_count_from_one",
            ),
        ]

    def __str__(self) -> str:
        limits = [f"{name}={getattr(self, name)}" for name in ("stock", "per_day", "per_customer")]
        odds = "fallback" if self.is_fallback else f"{self.odds_ppm} ppm"
        return " ".join([str(self.template), odds, *(limit for limit in limits if not limit.endswith("None"))])


class LotteryApproval(Approval):
    revision = models.ForeignKey("coupons.LotteryRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("lottery approval")
        verbose_name_plural = _("lottery approvals")


class LotteryTransition(Transition):
    subject = models.ForeignKey("coupons.Lottery", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("lottery transition")
        verbose_name_plural = _("lottery transitions")
