"""One code as its digest, what became of it, and how often somebody has tried."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Code(models.Model):
    """A code by its keyed digest. `total` None = redeemed as often as pool and template allow."""

    pool = models.ForeignKey("coupons.CodePool", models.PROTECT, related_name="codes")
    digest = models.BinaryField(unique=True)
    used = models.PositiveIntegerField(_("redeemed"), default=0)
    total = models.PositiveIntegerField(_("number"), null=True, default=1)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["pool"], name="redeemed_codes", condition=Q(used__gt=0))]
        constraints = [
            models.CheckConstraint(condition=Q(total=None) | Q(used__lte=F("total")), name="codes_never_exceed_total")
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}/{self.pk}"


class CodeUse(models.Model):
    """A customer has redeemed a code and got a coupon (append-only). The unique key makes a double click one."""

    code = models.ForeignKey("coupons.Code", models.PROTECT, related_name="uses")
    coupon = models.OneToOneField("coupons.Coupon", models.PROTECT, related_name="code_use")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["code", "customer"], name="one_use_of_a_code_per_customer")]

    def __str__(self) -> str:
        return f"{self.code_id} → {self.coupon_id}"


class CodeCount(models.Model):
    """How many codes of a pool one customer has redeemed."""

    pool = models.ForeignKey("coupons.CodePool", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    used = models.PositiveSmallIntegerField(_("redeemed"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["pool", "customer"], name="one_code_count_per_customer")]

    def __str__(self) -> str:
        return str(self.used)


class CodeTry(models.Model):
    """How often codes were tried by one customer, or from one address, in one stretch of time."""

    who = models.CharField(_("who"), max_length=80)
    since = models.DateTimeField(_("since"))
    tries = models.PositiveIntegerField(_("tries"), default=0)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["since"], name="code_tries_by_age")]
        constraints = [models.UniqueConstraint(fields=["who", "since"], name="one_count_of_tries")]

    def __str__(self) -> str:
        return f"{self.who}: {self.tries}"
