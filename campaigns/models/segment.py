"""Groups of customers to reuse: segments by conditions, and imported lists."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named


class Segment(Named):
    """A named tree of conditions (campaigns.audience). What uses it keeps what it meant at that time."""

    meaning = models.TextField(_("what it is for"), blank=True, default="")
    tree = models.JSONField(_("conditions"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"), editable=False
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    changed_at = models.DateTimeField(_("changed at"), editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")


class CustomerList(models.Model):
    """An imported list of customers. It never changes: another file makes another list."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    note = models.TextField(_("where it comes from"), blank=True, default="")
    size = models.PositiveIntegerField(_("customers"), editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by"), editable=False
    )
    imported_at = models.DateTimeField(_("imported at"), editable=False)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        verbose_name = _("customer list")
        verbose_name_plural = _("customer lists")

    def __str__(self) -> str:
        return self.name


class ListMember(models.Model):
    list = models.ForeignKey("campaigns.CustomerList", models.PROTECT, related_name="members")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="lists")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "list"], name="one_row_per_list_member")]

    def __str__(self) -> str:
        return f"{self.list_id} · {self.customer_id}"
