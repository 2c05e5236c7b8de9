"""Whom a campaign is for: columns for every reviewed thing that has an audience, and audiences frozen at approval."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NewTo(models.TextChoices):
    """Whether only new customers are meant: they have not paid for an order yet."""

    ANYBODY = "", _("new and old customers")
    PLATFORM = "platform", _("only who has never bought here")
    SHOP = "shop", _("only who has never bought at the owner's shop")


class Aimed(models.Model):
    """Who may use an offer. `audience` is a tree of campaigns.audience, with what its segments meant; {} = everyone.

    Frozen: who belongs to the tree at approval stays in, whoever joins later is out. `new_to` is always decided anew,
    when the order is placed.
    """

    audience = models.JSONField(_("audience"), default=dict, blank=True)
    audience_frozen = models.BooleanField(_("audience frozen at approval"), default=False)
    new_to = models.CharField(_("new customers"), max_length=8, choices=NewTo, default=NewTo.ANYBODY, blank=True)

    class Meta:
        abstract = True

    @property
    def audience_key(self) -> str:
        """The name under which the members of a frozen audience are stored."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def has_audience(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.audience or self.new_to)


class FrozenAudience(models.Model):
    """The members of an audience at one moment, for good. `key` is Aimed.audience_key."""

    key = models.CharField(max_length=80, unique=True)
    size = models.PositiveIntegerField(_("customers"))
    at = models.DateTimeField(_("frozen at"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key


class FrozenMember(models.Model):
    audience = models.ForeignKey("campaigns.FrozenAudience", models.PROTECT, related_name="members")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "audience"], name="one_frozen_row_per_member")]

    def __str__(self) -> str:
        return f"{self.audience_id} · {self.customer_id}"
