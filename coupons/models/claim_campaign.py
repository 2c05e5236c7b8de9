"""An activity through which coupons of a template are handed out; it can only narrow the template's limits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Aimed, Approval, Reviewed, Revision, Transition
from coupons.models.risk_profile import Judged
from pricing.models.naming import Described


class Position(models.TextChoices):
    HOME = "home", _("home page")
    PRODUCT = "product", _("product page")
    CART = "cart", _("cart")
    CAMPAIGN = "campaign", _("campaign page")
    COUPON_CENTRE = "coupon_centre", _("coupon centre")
    HOME_POPUP = "home_popup", _("pop-up on the home page")
    PARTNER = "partner", _("partner channels")


class ClaimCampaign(Reviewed):
    """A period in which customers may claim coupons of one template."""

    template = models.ForeignKey(
        "coupons.CouponTemplate", models.PROTECT, related_name="claim_campaigns", verbose_name=_("coupon template")
    )
    current_revision = models.OneToOneField(
        "coupons.ClaimCampaignRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )

    # Goes up when all links of a private campaign are taken back: a link names the generation that it belongs to.
    link_generation = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Reviewed.Meta):
        verbose_name = _("claim campaign")
        verbose_name_plural = _("claim campaigns")
        permissions = [
            ("submit_claimcampaign", "Can submit a claim campaign for review"),
            ("approve_claimcampaign", "Can approve or reject a claim campaign"),
            ("pause_claimcampaign", "Can pause, resume or stop a claim campaign"),
            ("link_claimcampaign", "Can make and take back private links"),
        ]


class ClaimCampaignRevision(Revision, Described, Aimed, Judged):
    """Claim period, positions, audience, total and limit per customer.

    `conditions` are those on the customer that the engine knows, as older versions say them; they hold as well.
    """

    claim_campaign = models.ForeignKey("coupons.ClaimCampaign", models.PROTECT, related_name="revisions")
    starts_at = models.DateTimeField(_("claiming starts at"))
    ends_at = models.DateTimeField(_("claiming ends at"))
    positions = ArrayField(
        models.CharField(max_length=16, choices=Position), verbose_name=_("positions"), default=list, blank=True
    )
    # As coupons.places reads it: cost and number of places, frequency of a pop-up, partner channels.
    place_rules = models.JSONField(_("rules of the places"), default=dict, blank=True)
    by_link = models.BooleanField(_("by link only"), default=False)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    total = models.PositiveIntegerField(
        _("number to hand out"), null=True, blank=True, help_text=_("Empty means as many as the template allows.")
    )
    per_customer = models.PositiveSmallIntegerField(_("per customer"), default=1)
    # As coupons.releases reads it; {} = everything can be claimed from the start.
    releases = models.JSONField(_("releases"), default=dict, blank=True)

    class Meta:
        ordering = ["claim_campaign", "number"]
        verbose_name = _("claim campaign revision")
        verbose_name_plural = _("claim campaign revisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="claiming_starts_before_it_ends",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(
                condition=Q(per_customer__gte=1),
                name="claims_per_customer_at_least_one",
                violation_error_message=_("A customer may claim at least one."),
            ),
            models.UniqueConstraint(fields=["claim_campaign", "number"], name="one_claim_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="claim_revision_and_its_author"),
        ]


class ClaimCount(models.Model):
    """How many coupons a claim campaign has handed out, in all and of the release that is handed out now.

    `release_at` is when that release has opened. Where leftovers are carried over, `release_total` and `release_used`
    count all releases so far together.
    """

    claim_campaign = models.OneToOneField(
        "coupons.ClaimCampaign", models.PROTECT, related_name="count", primary_key=True
    )
    total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    used = models.PositiveIntegerField(_("claimed"), default=0)
    release_at = models.DateTimeField(null=True)
    release_total = models.PositiveIntegerField(null=True)
    release_used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total=None) | Q(used__lte=F("total")), name="claims_never_exceed_total"),
            models.CheckConstraint(
                condition=Q(release_total=None) | Q(release_used__lte=F("release_total")),
                name="claims_never_exceed_their_release",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.total or '∞'}"


class ClaimCampaignApproval(Approval):
    revision = models.ForeignKey("coupons.ClaimCampaignRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("claim campaign approval")
        verbose_name_plural = _("claim campaign approvals")


class ClaimCampaignTransition(Transition):
    subject = models.ForeignKey("coupons.ClaimCampaign", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("claim campaign transition")
        verbose_name_plural = _("claim campaign transitions")
