"""Gifts to members: an activity that gives a coupon by itself when somebody joins, rises, or has a birthday."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, Reviewed, Revision, Transition
from coupons.risk.origin import UNKNOWN_HOURS
from pricing.models.naming import Described


class Occasion(models.TextChoices):
    SIGN_UP = "sign_up", _("when a customer signs up")
    LEVEL_UP = "level_up", _("when a member rises to a level")
    BIRTHDAY = "birthday", _("on the birthday, each year")


class MemberGift(Reviewed):
    """Coupons of one template for one kind of occasion."""

    template = models.ForeignKey(
        "coupons.CouponTemplate", models.PROTECT, related_name="member_gifts", verbose_name=_("coupon template")
    )
    occasion = models.CharField(_("occasion"), max_length=16, choices=Occasion)
    current_revision = models.OneToOneField(
        "coupons.MemberGiftRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("gift to members")
        verbose_name_plural = _("gifts to members")
        permissions = [
            ("submit_membergift", "Can submit a gift to members for review"),
            ("approve_membergift", "Can approve or reject a gift to members"),
            ("pause_membergift", "Can pause, resume or stop a gift to members"),
        ]


class MemberGiftRevision(Revision, Described):
    """When occasions count, and for a rise the level that is reached."""

    gift = models.ForeignKey("coupons.MemberGift", models.PROTECT, related_name="revisions")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    level = models.CharField(_("member level"), max_length=32, blank=True, default="")

    class Meta:
        ordering = ["gift", "number"]
        verbose_name = _("revision of a gift to members")
        verbose_name_plural = _("revisions of gifts to members")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="gifts_start_before_they_end",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.UniqueConstraint(fields=["gift", "number"], name="one_gift_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="gift_revision_and_its_author"),
        ]


class GiftDue(models.Model):
    """A customer has had an occasion: the coupon that was given for it, or why none could be.

    `occasion` names it: "sign-up", "level:vip", or the year of a birthday. The unique key makes it one gift.
    `address`, `device` and `device_hours`: where somebody came from who has signed up, until risk control has judged.
    """

    gift = models.ForeignKey("coupons.MemberGift", models.PROTECT, related_name="dues")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+", verbose_name=_("customer"))
    occasion = models.CharField(_("occasion"), max_length=40)
    at = models.DateTimeField(_("at"))
    coupon = models.OneToOneField("coupons.Coupon", models.PROTECT, related_name="gift_due", null=True)
    refused = models.CharField(_("refused"), max_length=200, blank=True, default="")
    figures = models.JSONField(default=dict, blank=True)
    address = models.BinaryField(null=True)
    device = models.BinaryField(null=True)
    device_hours = models.IntegerField(default=UNKNOWN_HOURS)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], name="open_gift_dues", condition=Q(coupon=None, refused="")),
            models.Index(fields=["gift"], name="refused_gift_dues", condition=~Q(refused="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gift", "customer", "occasion"], name="one_gift_per_customer_and_occasion"),
            models.CheckConstraint(condition=Q(coupon=None) | Q(refused=""), name="gift_is_given_or_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.gift_id}: {self.customer_id}, {self.occasion}"


class MemberGiftApproval(Approval):
    revision = models.ForeignKey("coupons.MemberGiftRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("approval of a gift to members")
        verbose_name_plural = _("approvals of gifts to members")


class MemberGiftTransition(Transition):
    subject = models.ForeignKey("coupons.MemberGift", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("transition of a gift to members")
        verbose_name_plural = _("transitions of gifts to members")
