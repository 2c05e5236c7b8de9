"""Names in both languages of the shop, kept side by side in one row."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_reader_language(english: str, chinese: str) -> str:
    """Return the text in the language of the reader, English where there is no Chinese one."""
    return chinese if chinese and (get_language() or "").startswith("zh") else english


class Named(models.Model):
    """Something with a name that shoppers read."""

    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return in_reader_language(self.name, self.name_zh)


class Described(Named):
    """Something with a name and a text that shoppers read."""

    description = models.TextField(_("description"), blank=True, default="")
    description_zh = models.TextField(_("Chinese description"), blank=True, default="")

    class Meta:
        abstract = True

    @property
    def local_description(self) -> str:
        return in_reader_language(self.description, self.description_zh)
