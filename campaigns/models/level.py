"""Member levels and how they are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named


class MemberLevel(Named):
    """One level of membership; customers carry its code. Shoppers read the name: “for Gold members only”."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0, help_text=_("The higher, the better."))

    class Meta:
        ordering = ["rank", "code"]
        verbose_name = _("member level")
        verbose_name_plural = _("member levels")


class LevelChange(models.Model):
    """The level of a customer has changed: written by the database itself, taken off once gifts have looked at it."""

    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="+")
    before = models.CharField(max_length=32, blank=True, default="")
    after = models.CharField(max_length=32, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.before} → {self.after}"
