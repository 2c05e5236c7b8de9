"""Telling customers that a campaign has started: what each wants to hear, what was sent to whom, and the message."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import in_reader_language


class ReachChannel(models.TextChoices):
    IN_SITE = "in_site", _("message in the shop")
    EMAIL = "email", _("e-mail")


class ReachOutcome(models.TextChoices):
    QUEUED = "queued", _("to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not accepted")
    UNKNOWN = "unknown", _("interrupted while sending")
    DROPPED = "dropped", _("campaign was over")
    OPTED_OUT = "opted_out", _("does not want it")
    CAPPED = "capped", _("has had enough this week")
    NO_ADDRESS = "no_address", _("no address")


class ContactWish(models.Model):
    """What a customer wants to hear of campaigns; who has no row has not said no."""

    customer = models.OneToOneField("campaigns.Customer", models.CASCADE, related_name="contact_wish", primary_key=True)
    in_site = models.BooleanField(_("message in the shop"), default=True)
    email = models.BooleanField(_("e-mail"), default=True)

    def __str__(self) -> str:
        return f"{self.customer_id}"

    def wants(self, channel: str) -> bool:
        return self.in_site if channel == ReachChannel.IN_SITE else self.email


class ReachWave(models.Model):
    """How far telling the audience of a campaign has come: everybody up to the customer with the id `cursor`."""

    campaign = models.OneToOneField("campaigns.Campaign", models.PROTECT, related_name="wave", primary_key=True)
    begun_at = models.DateTimeField(_("begun at"))
    cursor = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.campaign_id}"


class Reach(models.Model):
    """What became of telling one customer of one campaign on one channel: once for each, whatever happens."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="reach")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=8, choices=ReachChannel)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ReachOutcome)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reach")
        verbose_name_plural = _("reach")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer", "channel"], name="nobody_is_told_twice"),
        ]
        indexes = [
            models.Index(fields=["customer", "channel", "at"], name="reach_of_a_customer"),
            models.Index(fields=["id"], condition=Q(outcome__in=["queued", "sending"]), name="reach_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.customer_id} {self.channel}"


class ShopperMessage(models.Model):
    """A message in the shop, once for each customer and `source` (such as "campaign:7"); it leads to `campaign`."""

    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=80)
    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+", null=True, blank=True)
    title = models.CharField(_("title"), max_length=120)
    title_zh = models.CharField(_("Chinese title"), max_length=120, blank=True, default="")
    text = models.TextField(_("text"))
    text_zh = models.TextField(_("Chinese text"), blank=True, default="")
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("message to a shopper")
        verbose_name_plural = _("messages to shoppers")
        constraints = [models.UniqueConstraint(fields=["customer", "source"], name="one_message_per_source")]
        indexes = [models.Index(fields=["customer"], condition=Q(read_at=None), name="unread_messages")]

    def __str__(self) -> str:
        return self.local_title

    @property
    def local_title(self) -> str:
        return in_reader_language(self.title, self.title_zh)

    @property
    def local_text(self) -> str:
        return in_reader_language(self.text, self.text_zh)
