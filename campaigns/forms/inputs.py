"""The inputs of the set-up forms, dressed for the back office; and the sections that a page shows them in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

UNLIMITED = _("Empty = unlimited.")
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a heading, a remark and its fields, two abreast where `pairs` is set."""

    title: str
    hint: str
    fields: list[forms.BoundField]
    pairs: bool = True


def section(form: forms.Form, title: str, names: Iterable[str], *, hint: str = "", pairs: bool = True) -> Section:
    """Return a section with those of the named fields that the form has."""
    return Section(title=title, hint=hint, fields=[form[name] for name in names if name in form.fields], pairs=pairs)


def text(label: str, *, longest: int, required: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget
    )


def long_text(label: str, *, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


def whole_number(
    label: str, *, help_text: str = UNLIMITED, least: int = 1, most: int = 1_000_000
) -> forms.IntegerField:
    field = forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=False,
        help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    return or_unlimited(field) if help_text is UNLIMITED else field


def or_unlimited(field: forms.Field) -> forms.Field:
    """Let a field that sets no limit while it is empty say so in its place; returns the field."""
    field.widget.attrs["placeholder"] = _("unlimited")
    return field


def choice(label: str, choices: Any, help_text: str = "", initial: Any = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, initial=initial, widget=UnfoldAdminSelectWidget
    )


def answer(question: str) -> forms.TypedChoiceField:
    """A question with no answer given in advance: a draft may leave it open, a submission may not."""
    return forms.TypedChoiceField(
        label=question,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        widget=UnfoldAdminRadioSelectWidget(radio_style=1),
    )


def moment(label: str, *, required: bool = True, help_text: str = "") -> forms.SplitDateTimeField:
    widget = UnfoldAdminSplitDateTimeWidget()
    # Seconds and the order of day and month must survive a change of language.
    widget.widgets[0].format, widget.widgets[1].format = "%Y-%m-%d", "%H:%M:%S"
    return forms.SplitDateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=widget,
        validators=[
            MinValueValidator(EARLIEST, _("Give a year from 2000.")),
            MaxValueValidator(LATEST, _("Give a year before 3000.")),
        ],
    )
