"""Columns of cents as people read and type them."""

from typing import Any

from django import forms
from django.db.models import Field
from django.http import HttpRequest
from django.utils.text import capfirst

from pricing.forms.fields import MoneyField


class CentsAsMoney:
    """For admin classes: every `_cents` column becomes a field that takes "12.50"."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if not db_field.name.endswith("_cents"):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        needed = not (db_field.null or db_field.has_default())
        return MoneyField(
            label=capfirst(db_field.verbose_name),
            required=not db_field.null,
            least_cents=1 if needed else 0,
            help_text=db_field.help_text,
            initial=db_field.default if db_field.has_default() else None,
        )
