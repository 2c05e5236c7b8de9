"""One number that tells every process whether its compiled book of offers is still the current one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BookRevision(models.Model):
    """The only row counts up with every change of what may be sold at which price."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("book revision")
        verbose_name_plural = _("book revisions")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_book_revision")]

    def __str__(self) -> str:
        return str(self.number)
