"""Customer tags: managed words in categories, and who carries them since when, set by whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named


class TagSource(models.TextChoices):
    HAND = "hand", _("by hand")
    FILE = "file", _("by import")
    RULE = "rule", _("by rule")
    API = "api", _("by API")


class TagCategory(Named):
    """A heading for tags, such as "reading habits"."""

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("tag category")
        verbose_name_plural = _("tag categories")


class Tag(Named):
    """A word for a kind of customer. Staff only: shoppers never read it.

    `rule` is a tree of campaigns.audience; a tag with a rule is kept by it alone, a tag without ({}) by people.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True, help_text=_("For files and the API; it stays."))
    category = models.ForeignKey(
        "campaigns.TagCategory", models.PROTECT, related_name="tags", verbose_name=_("category")
    )
    meaning = models.TextField(_("meaning"), help_text=_("When does a customer carry it, and what is it good for?"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"), null=True, editable=False
    )
    rule = models.JSONField(_("rule"), default=dict, blank=True)
    rule_ran_at = models.DateTimeField(_("rule last applied"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    changed_at = models.DateTimeField(_("members last changed"), null=True, editable=False)

    class Meta:
        ordering = ["category__name", "name", "pk"]
        verbose_name = _("customer tag")
        verbose_name_plural = _("customer tags")


class CustomerTag(models.Model):
    """A customer carries a tag; `by` is None for a rule."""

    tag = models.ForeignKey("campaigns.Tag", models.PROTECT, related_name="customers")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="tags")
    source = models.CharField(_("set"), max_length=4, choices=TagSource)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("set by")
    )
    at = models.DateTimeField(_("set at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("tag of a customer")
        verbose_name_plural = _("tags of customers")
        constraints = [
            models.UniqueConstraint(fields=["customer", "tag"], name="one_row_per_customer_tag"),
            models.CheckConstraint(
                condition=Q(source=TagSource.RULE, by=None) | (~Q(source=TagSource.RULE) & Q(by__isnull=False)),
                name="customer_tag_is_set_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.tag)


class TagChange(models.Model):
    """One line of history: a customer got a tag, or lost it. Append-only."""

    tag = models.ForeignKey("campaigns.Tag", models.PROTECT, related_name="changes")
    customer = models.ForeignKey("campaigns.Customer", models.PROTECT, related_name="tag_changes")
    is_set = models.BooleanField()
    source = models.CharField(max_length=4, choices=TagSource)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of a tag")
        verbose_name_plural = _("changes of tags")

    def __str__(self) -> str:
        return f"{self.tag_id} · {self.customer_id}"
