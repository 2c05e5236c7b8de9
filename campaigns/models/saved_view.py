"""Filters of the list of campaigns that a person has given a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_VIEWS = 20
LONGEST_NAME = 40


class SavedView(models.Model):
    """A name for what one person looks at often: `query` is the query of the list's address. Nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=400)

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ()
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_saved_view_of_a_name"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="saved_view_has_name_and_query"),
        ]

    def __str__(self) -> str:
        return self.name
