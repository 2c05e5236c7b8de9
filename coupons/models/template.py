"""The definition of a class of coupons; separate from the activities that hand them out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Aimed, Approval, Reviewed, Revision, ScopeRow, SkuRow, Terms, Transition
from coupons.models.risk_profile import Judged


class Validity(models.TextChoices):
    FIXED = "fixed", _("between two dates")
    AFTER_CLAIM = "after_claim", _("a number of days after the claim")


class IssueChannel(models.TextChoices):
    """Ways in which coupons are handed out; all but LINK are routes of coupons (coupons.channels)."""

    CLAIM = "claim", _("claimed in the shop")
    LINK = "link", _("private links")
    CODE = "code", _("redemption codes")
    GRANT = "grant", _("grants by hand and by list")
    LOTTERY = "lottery", _("lotteries")
    SERVICE = "service", _("service compensation")
    GIFT = "gift", _("gifts to members")
    REWARD = "reward", _("rewards of orders")


class CouponTemplate(Reviewed):
    """A class of coupons; `shop` is its owner, none means the platform."""

    shop = models.ForeignKey(
        "pricing.Shop", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("owner")
    )
    current_revision = models.OneToOneField(
        "coupons.CouponTemplateRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("coupon template")
        verbose_name_plural = _("coupon templates")
        permissions = [
            ("submit_coupontemplate", "Can submit a coupon template for review"),
            ("approve_coupontemplate", "Can approve or reject a coupon template"),
            ("pause_coupontemplate", "Can pause, resume or stop a coupon template"),
        ]


class CouponTemplateRevision(Revision, Terms, Aimed, Judged):
    """Benefit, validity, usage and issue rules of a template; issued coupons keep the revision they came with.

    The audience is that of issuing: who may get a coupon. Who may use one, its conditions say.
    """

    template = models.ForeignKey("coupons.CouponTemplate", models.PROTECT, related_name="revisions")
    validity = models.CharField(_("validity"), max_length=16, choices=Validity, default=Validity.AFTER_CLAIM)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(
        _("days"), null=True, blank=True, help_text=_("Valid until the end of the N-th calendar day after the claim.")
    )
    starts_after_days = models.PositiveSmallIntegerField(_("starts after days"), default=0)
    issue_total = models.PositiveIntegerField(
        _("number to issue"), null=True, blank=True, help_text=_("Empty means unlimited.")
    )
    issue_per_customer = models.PositiveIntegerField(
        _("number per customer"), null=True, blank=True, help_text=_("By every route together; empty means unlimited.")
    )
    issue_channels = ArrayField(
        models.CharField(max_length=16, choices=IssueChannel),
        verbose_name=_("issue channels"),
        default=list,
        blank=True,
    )  # none = every one
    most_per_minute = models.PositiveIntegerField(
        _("most coupons a minute"), null=True, blank=True, help_text=_("Empty = the site's limit.")
    )
    most_cents_per_minute = models.PositiveBigIntegerField(
        _("most money a minute"), null=True, blank=True, help_text=_("Empty = the site's limit.")
    )
    face_cents = models.PositiveBigIntegerField(
        _("reserved per coupon"),
        help_text=_("What issuing one coupon reserves: its face value, its cap, or a declared expected cost."),
    )

    class Meta:
        ordering = ["template", "number"]
        verbose_name = _("coupon template revision")
        verbose_name_plural = _("coupon template revisions")
        constraints = [
            *Terms.Meta.constraints,
            models.CheckConstraint(
                condition=(
                    Q(validity=Validity.FIXED, valid_from__isnull=False, valid_until__gt=F("valid_from"))
                    | Q(validity=Validity.AFTER_CLAIM, valid_days__gte=1)
                ),
                name="template_validity_is_complete",
                violation_error_message=_("Give two dates, the end later than the start, or a number of days."),
            ),
            models.UniqueConstraint(fields=["template", "number"], name="one_template_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="template_revision_and_its_author"),
        ]

    @property
    def offer_id(self) -> str:
        """The name that the engine's book knows this class of coupons by."""
        return f"template:{self.pk}"


class CouponTemplateScope(ScopeRow):
    revision = models.ForeignKey("coupons.CouponTemplateRevision", models.CASCADE, related_name="scopes")

    class Meta(ScopeRow.Meta):
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")


class CouponTemplateSku(SkuRow):
    revision = models.ForeignKey("coupons.CouponTemplateRevision", models.CASCADE, related_name="skus")

    class Meta:
        verbose_name = _("chosen SKU")
        verbose_name_plural = _("chosen SKUs")
        constraints = [models.UniqueConstraint(fields=["revision", "sku"], name="one_row_per_template_sku")]


class CouponTemplateApproval(Approval):
    revision = models.ForeignKey("coupons.CouponTemplateRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("coupon template approval")
        verbose_name_plural = _("coupon template approvals")


class CouponTemplateTransition(Transition):
    subject = models.ForeignKey("coupons.CouponTemplate", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("coupon template transition")
        verbose_name_plural = _("coupon template transitions")
