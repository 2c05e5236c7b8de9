"""The tree of categories that products hang in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pricing.models.naming import Named

DEEPEST_LEVEL = 3


class Category(Named):
    """A node of the category tree, three levels at most, so that one join reads a whole lineage."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("parent")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    @property
    def lineage(self) -> list["Category"]:
        """This category and its ancestors, from the root down."""
        above = self.parent.lineage if self.parent else []
        return [*above, self]
