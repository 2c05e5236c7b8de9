"""A campaign: an identity with an owner and a state; everything that prices is in its revisions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.audience import Aimed
from campaigns.models.guarded import Guarded
from campaigns.models.review import Approval, Transition
from campaigns.models.reviewed import Reviewed
from campaigns.models.revision import Revision
from campaigns.models.terms import ScopeRow, SkuRow, Terms


class Goal(models.TextChoices):
    NEW_CUSTOMERS = "new_customers", _("win new customers")
    BASKET_VALUE = "basket_value", _("raise basket value")
    CLEAR_STOCK = "clear_stock", _("clear stock")


class LimitPeriod(models.TextChoices):
    CAMPAIGN = "campaign", _("per campaign")
    DAY = "day", _("per day")


class LimitIdentity(models.TextChoices):
    """Who one person is, for limits per shopper. One verified phone belongs to one customer."""

    MEMBER = "member", _("a member")
    PHONE = "phone", _("a member with a verified phone")


class Campaign(Reviewed):
    """A promotion with a period; `shop` is its owner, none means the platform."""

    shop = models.ForeignKey(
        "pricing.Shop", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("owner")
    )
    current_revision = models.OneToOneField(
        "campaigns.CampaignRevision", models.PROTECT, related_name="current_of", null=True, editable=False
    )
    # Goes up whenever SKUs are taken out or back in: an order holds the campaign as its price was made.
    edition = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Reviewed.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        permissions = [
            ("submit_campaign", "Can submit a campaign for review"),
            ("approve_campaign", "Can approve or reject a campaign"),
            ("pause_campaign", "Can pause, resume or stop a campaign"),
        ]

    @property
    def offer_id(self) -> str:
        """The name that the engine and every discount share know this campaign by."""
        return f"campaign:{self.pk}"


class CampaignRevision(Revision, Terms, Aimed, Guarded):
    """Period, benefit, conditions, scope, stacking, funding and caps of a campaign, as once approved."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="revisions")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    warm_up_at = models.DateTimeField(_("announced from"), null=True, blank=True)
    layer = models.CharField(_("layer"), max_length=16)
    goal = models.CharField(_("goal"), max_length=16, choices=Goal, default=Goal.BASKET_VALUE)
    goal_figure = models.PositiveBigIntegerField(_("target"), null=True, blank=True)
    stock_units = models.PositiveIntegerField(_("activity stock"), null=True, blank=True)
    limit_units = models.PositiveIntegerField(_("pieces per shopper"), null=True, blank=True)
    limit_orders = models.PositiveIntegerField(_("orders per shopper"), null=True, blank=True)
    limit_period = models.CharField(_("limits count"), max_length=8, choices=LimitPeriod, default=LimitPeriod.CAMPAIGN)
    limit_identity = models.CharField(
        _("limits ask for"), max_length=8, choices=LimitIdentity, default=LimitIdentity.MEMBER
    )
    keeps_withdrawn = models.BooleanField(_("SKUs taken out stay out"), default=True)
    reach_in_site = models.BooleanField(_("message in the shop on start"), default=False)
    reach_email = models.BooleanField(_("e-mail on start"), default=False)
    reach_text = models.TextField(_("text of the message"), blank=True, default="")
    reach_text_zh = models.TextField(_("Chinese text of the message"), blank=True, default="")

    class Meta:
        ordering = ["campaign", "number"]
        verbose_name = _("campaign revision")
        verbose_name_plural = _("campaign revisions")
        constraints = [
            *Terms.Meta.constraints,
            *Guarded.Meta.constraints,
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="campaign_starts_before_it_ends",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(
                condition=Q(warm_up_at=None) | Q(warm_up_at__lte=F("starts_at")),
                name="warm_up_before_the_start",
                violation_error_message=_("A campaign is announced before it starts."),
            ),
            models.UniqueConstraint(fields=["campaign", "number"], name="one_campaign_revision_per_number"),
            models.UniqueConstraint(fields=["id", "author"], name="campaign_revision_and_its_author"),
        ]


class CampaignScope(ScopeRow):
    revision = models.ForeignKey("campaigns.CampaignRevision", models.CASCADE, related_name="scopes")

    class Meta(ScopeRow.Meta):
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")


class CampaignSku(SkuRow):
    revision = models.ForeignKey("campaigns.CampaignRevision", models.CASCADE, related_name="skus")

    class Meta:
        verbose_name = _("chosen SKU")
        verbose_name_plural = _("chosen SKUs")
        constraints = [models.UniqueConstraint(fields=["revision", "sku"], name="one_row_per_campaign_sku")]


class CampaignApproval(Approval):
    revision = models.ForeignKey("campaigns.CampaignRevision", models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        verbose_name = _("campaign approval")
        verbose_name_plural = _("campaign approvals")


class CampaignTransition(Transition):
    subject = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("campaign transition")
        verbose_name_plural = _("campaign transitions")
