"""Coupons that are given by hand to customers of a list, after a second person has looked at it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, Reviewed, Revision, Transition
from pricing.models.naming import Described


class GrantList(models.Model):
    """Whom a grant means, written once and never changed (append-only); `key` is the digest of its rows."""

    key = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(_("rows"))
    coupons = models.PositiveIntegerField(_("coupons"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key[:12]


class GrantRow(models.Model):
    """One customer of a list, as the row `line` of the file named them, and how many coupons they get (append-only)."""

    of = models.ForeignKey("coupons.GrantList", models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField(_("row"))
    reference = models.CharField(_("customer"), max_length=254)
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+", verbose_name=_("customer"))
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        ordering = ["of", "line"]
        constraints = [
            models.UniqueConstraint(fields=["of", "customer"], name="one_grant_row_per_customer"),
            models.CheckConstraint(condition=Q(number__gte=1), name="grant_row_gives_something"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.reference}"


class CouponGrant(Reviewed):
    """One act of giving coupons of a template by hand."""

    template = models.ForeignKey(
        "coupons.CouponTemplate", models.PROTECT, related_name="grants", verbose_name=_("coupon template")
    )
    current_revision = models.OneToOneField(
        "coupons.CouponGrantRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("grant by hand")
        verbose_name_plural = _("grants by hand")
        permissions = [
            ("submit_coupongrant", "Can submit a grant by hand for review"),
            ("approve_coupongrant", "Can approve or reject a grant by hand"),
            ("pause_coupongrant", "Can pause, resume or stop a grant by hand"),
        ]


class CouponGrantRevision(Revision, Described):
    """What for (name), why (description), and to whom: `list_key` names a GrantList."""

    grant = models.ForeignKey("coupons.CouponGrant", models.PROTECT, related_name="revisions")
    list_key = models.CharField(_("list"), max_length=64)

    class Meta:
        ordering = ["grant", "number"]
        verbose_name = _("revision of a grant")
        verbose_name_plural = _("revisions of grants")
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="one_grant_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="grant_revision_and_its_author"),
        ]


class GrantResult(models.Model):
    """What came of one row of a grant: how many coupons it has given, and why not more."""

    grant = models.ForeignKey("coupons.CouponGrant", models.PROTECT, related_name="results")
    row = models.ForeignKey("coupons.GrantRow", models.PROTECT, related_name="+")
    given = models.PositiveSmallIntegerField(_("given"), default=0)
    total = models.PositiveSmallIntegerField(_("number"))
    refused = models.CharField(_("refused"), max_length=200, blank=True, default="")
    figures = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["grant"], name="refused_grant_rows", condition=~Q(refused=""))]
        constraints = [
            models.UniqueConstraint(fields=["grant", "row"], name="one_result_per_grant_row"),
            models.CheckConstraint(condition=Q(given__lte=F("total")), name="grant_rows_never_exceed_their_number"),
        ]

    def __str__(self) -> str:
        return f"{self.given}/{self.total}"


class CouponGrantApproval(Approval):
    revision = models.ForeignKey("coupons.CouponGrantRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("approval of a grant")
        verbose_name_plural = _("approvals of grants")


class CouponGrantTransition(Transition):
    subject = models.ForeignKey("coupons.CouponGrant", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("transition of a grant")
        verbose_name_plural = _("transitions of grants")
