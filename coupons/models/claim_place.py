"""Where coupons are claimed: partner channels, counts of places with a number of their own, pop-ups that were shown."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named


class Partner(Named):
    """A channel outside the shop through which customers come to claim; its code stands in links and with coupons."""

    code = models.SlugField(_("code"), max_length=31, unique=True, help_text=_("It stands in links and stays."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("partner channel")
        verbose_name_plural = _("partner channels")

    def __str__(self) -> str:
        return self.local_name


class ClaimPlaceCount(models.Model):
    """How many coupons of a claim campaign were claimed at a place that has a number of its own."""

    claim_campaign = models.ForeignKey("coupons.ClaimCampaign", models.PROTECT, related_name="place_counts")
    place = models.CharField(max_length=40)
    total = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim_campaign", "place"], name="one_count_per_claim_place"),
            models.CheckConstraint(condition=Q(used__lte=F("total")), name="claims_never_exceed_their_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.used}/{self.total}"


class PopUpShown(models.Model):
    """When a customer last saw the pop-up of a claim campaign."""

    claim_campaign = models.ForeignKey("coupons.ClaimCampaign", models.PROTECT, related_name="+")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim_campaign", "customer"], name="one_pop_up_per_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_campaign_id} · {self.customer_id}"
