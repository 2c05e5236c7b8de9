"""What was drawn in a lottery, and the counts that decide how often and how much."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coupons.drawing import PARTS


class LotteryDraw(models.Model):
    """One draw of one customer (append-only), with everything that is needed to check it.

    `drawn`: the prize whose numbers `number` lies in; `given`: the prize or guaranteed coupon that the customer got
    (None = nothing). Where these differ, `reasons` say why, as messages. A draw that an order has earned names it:
    the `order_seq`-th of `order_key`.
    """

    lottery = models.ForeignKey("coupons.Lottery", models.PROTECT, related_name="draws", verbose_name=_("lottery"))
    revision = models.ForeignKey("coupons.LotteryRevision", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+", verbose_name=_("customer"))
    seq = models.PositiveIntegerField(_("draw of the customer"))
    number = models.PositiveIntegerField(_("number drawn"))
    drawn = models.ForeignKey(
        "coupons.LotteryPrize", models.PROTECT, related_name="+", null=True, verbose_name=_("drawn")
    )
    given = models.ForeignKey(
        "coupons.LotteryPrize", models.PROTECT, related_name="+", null=True, verbose_name=_("given")
    )
    coupon = models.OneToOneField(
        "coupons.Coupon", models.PROTECT, related_name="draw", null=True, verbose_name=_("coupon")
    )
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    order_key = models.UUIDField(_("order"), null=True)
    order_seq = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.UniqueConstraint(fields=["lottery", "customer", "seq"], name="one_draw_per_number"),
            models.UniqueConstraint(fields=["lottery", "order_key", "order_seq"], name="one_draw_per_earned_one"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="draws_count_from_one"),
            models.CheckConstraint(condition=Q(number__lt=PARTS), name="drawn_number_in_range"),
            models.CheckConstraint(
                condition=Q(given=None, coupon=None) | Q(given__isnull=False, coupon__isnull=False),
                name="what_a_draw_gives_is_a_coupon",
            ),
            models.CheckConstraint(
                condition=Q(order_key=None, order_seq=None) | Q(order_key__isnull=False, order_seq__gte=1),
                name="earned_draw_names_its_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lottery_id}:{self.customer_id}:{self.seq} → {self.number_text}"

    @property
    def number_text(self) -> str:
        """The number with all its six digits."""
        return f"{self.number:06}"

    @property
    def reason_texts(self) -> list[str]:
        """Why the customer got something else than what was drawn, in the reader's language."""
        return [gettext(reason) for reason in self.reasons]


class DrawCount(models.Model):
    """How often one customer has drawn in a lottery: in all, for free, and for free on `day`, their latest one."""

    lottery = models.ForeignKey("coupons.Lottery", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    draws = models.PositiveIntegerField(_("draws"), default=0)
    free = models.PositiveIntegerField(_("free draws"), default=0)
    day = models.DateField(_("day"))
    today = models.PositiveIntegerField(_("free draws that day"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lottery", "customer"], name="one_draw_count_per_customer"),
            models.CheckConstraint(
                condition=Q(today__lte=F("free")) & Q(free__lte=F("draws")), name="free_draws_are_draws"
            ),
        ]

    def __str__(self) -> str:
        return str(self.draws)


class PrizeCount(models.Model):
    """How many coupons of a template a lottery has given: in all, on one day, or to one customer.

    Kept by template, not by revision: a change of the odds does not make the stock new.
    """

    lottery = models.ForeignKey("coupons.Lottery", models.PROTECT, related_name="prize_counts")
    template = models.ForeignKey("coupons.CouponTemplate", models.PROTECT, related_name="+")
    day = models.DateField(_("day"), null=True)
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+", null=True)
    total = models.PositiveIntegerField(_("total"), null=True)
    used = models.PositiveIntegerField(_("given"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lottery", "template", "day", "customer"], name="one_prize_count", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(day=None) | Q(customer=None), name="prize_count_is_of_one_sort"),
            models.CheckConstraint(condition=Q(total=None) | Q(used__lte=F("total")), name="prizes_never_exceed_total"),
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.total or '∞'}"
