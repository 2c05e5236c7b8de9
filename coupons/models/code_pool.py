"""Codes: an activity that hands out coupons of one template to whoever types a code of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, Reviewed, Revision, Transition
from coupons.models.risk_profile import Judged
from pricing.models.naming import Described


class CodeKind(models.TextChoices):
    SINGLE = "single", _("single-use codes, each different")
    SHARED = "shared", _("one code for everybody")


class CodePool(Reviewed):
    """Codes that can be redeemed for coupons of one template.

    `made` codes are stored, as digests. The codes themselves follow from `secret`; once they have been downloaded it
    is gone, and they with it.
    """

    template = models.ForeignKey(
        "coupons.CouponTemplate", models.PROTECT, related_name="code_pools", verbose_name=_("coupon template")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CodeKind)
    current_revision = models.OneToOneField(
        "coupons.CodePoolRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )
    made = models.PositiveIntegerField(_("made"), default=0, editable=False)
    secret = models.BinaryField(null=True, editable=False)
    downloaded_at = models.DateTimeField(_("downloaded at"), null=True, editable=False)
    downloaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("downloaded by"),
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("code pool")
        verbose_name_plural = _("code pools")
        permissions = [
            ("submit_codepool", "Can submit a code pool for review"),
            ("approve_codepool", "Can approve or reject a code pool"),
            ("pause_codepool", "Can pause, resume or stop a code pool"),
            ("download_codepool", "Can download the codes of a pool"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(downloaded_at=None, downloaded_by=None)
                | Q(downloaded_at__isnull=False, downloaded_by__isnull=False, secret=None),
                name="downloaded_codes_are_gone",
            ),
        ]


class CodePoolRevision(Revision, Described, Judged):
    """When codes can be redeemed, how many there are, how often one customer may; `prefix` begins single-use codes.

    `count`: of single-use codes, how many are made; of a shared one, how often it can be redeemed (None = as often
    as the template allows).
    """

    code_pool = models.ForeignKey("coupons.CodePool", models.PROTECT, related_name="revisions")
    starts_at = models.DateTimeField(_("redeeming starts at"))
    ends_at = models.DateTimeField(_("redeeming ends at"))
    count = models.PositiveIntegerField(_("number of codes"), null=True, blank=True)
    prefix = models.CharField(_("prefix"), max_length=8, blank=True, default="")
    shared_code = models.CharField(_("code"), max_length=32, blank=True, default="")
    per_customer = models.PositiveSmallIntegerField(_("per customer"), default=1)

    class Meta:
        ordering = ["code_pool", "number"]
        verbose_name = _("code pool revision")
        verbose_name_plural = _("code pool revisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="redeeming_starts_before_it_ends",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(condition=Q(per_customer__gte=1), name="codes_per_customer_at_least_one"),
            models.UniqueConstraint(fields=["code_pool", "number"], name="one_pool_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="pool_revision_and_its_author"),
        ]


class CodePoolApproval(Approval):
    revision = models.ForeignKey("coupons.CodePoolRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("code pool approval")
        verbose_name_plural = _("code pool approvals")


class CodePoolTransition(Transition):
    subject = models.ForeignKey("coupons.CodePool", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("code pool transition")
        verbose_name_plural = _("code pool transitions")
