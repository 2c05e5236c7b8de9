"""How many coupons of a template one customer has had, by every route together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IssueCount(models.Model):
    """Coupons issued to one customer; the limit is in the template's revision and decides at issue."""

    template = models.ForeignKey("coupons.CouponTemplate", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    used = models.PositiveIntegerField(_("issued"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "customer"], name="one_issue_count_per_customer"),
        ]

    def __str__(self) -> str:
        return str(self.used)
