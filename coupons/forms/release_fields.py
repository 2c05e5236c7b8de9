"""When how many coupons are released: a choice, and a table of times and numbers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.forms.inputs import choice
from coupons.releases import DAILY

AT_ONCE, LISTED = "", "listed"
EVERY = ((AT_ONCE, _("all at once")), (DAILY, _("every day at these times")), (LISTED, _("at these moments")))
LAPSE, CARRY = "lapse", "carry"
LEFTOVERS = ((LAPSE, _("lapse: each release gives out its own number")), (CARRY, _("are added to the next release")))
MOST_ROWS = 200
MOST_TIMES = 24
MOST_UNITS = 100_000_000
LEAST_SHOWN = 3
MOMENT_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S")
TIME_FORMATS = ("%H:%M", "%H:%M:%S")

Row = tuple[str, str]


class ReleasesWidget(forms.Widget):
    """A row of two inputs for each release: when, and how many."""

    template_name = "coupons/admin/releases_widget.html"

    class Media:
        js = ("coupons/rows.js",)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        whens, numbers = data.getlist(f"{name}_when"), data.getlist(f"{name}_units")
        typed = [(when.strip(), units.strip()) for when, units in zip(whens, numbers, strict=False)]
        return [row for row in typed if any(row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_when" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        rows = list(value or ())
        context["widget"]["rows"] = rows + [("", "")] * max(1, LEAST_SHOWN - len(rows))
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_when"


class ReleasesField(forms.Field):
    """The rows as they were typed; what they mean depends on the choice beside them."""

    widget = ReleasesWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or ()) != list(data or ())


def _release_every() -> forms.Field:
    field = choice(_("Coupons are released"), EVERY)
    field.required = False
    return field


def _leftovers() -> forms.Field:
    field = choice(_("What is left of a release"), LEFTOVERS)
    field.required = False
    return field


class ReleaseFields(forms.Form):
    """`cleaned_data["releases"]` is what a revision stores."""

    release_every = _release_every()
    releases = ReleasesField(
        label=_("Releases"),
        required=False,
        help_text=_("A time such as 10:00, or a moment such as 2026-11-11 10:00, and how many coupons come then."),
    )
    release_leftovers = _leftovers()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        every, typed = cleaned.get("release_every") or AT_ONCE, cleaned.get("releases") or []
        try:
            rows = _read(typed, every)
        except ValidationError as error:
            self.add_error("releases", error)
            return cleaned
        carries = cleaned.get("release_leftovers") == CARRY
        stored = {"every": DAILY if every == DAILY else "", "at": rows, "carry": carries}
        cleaned["releases"] = stored if every else {}
        return cleaned


def initial_releases(revision: Any) -> dict[str, Any]:
    """Return the initial values of the inputs for a stored revision."""
    stored: Mapping[str, Any] = revision.releases
    if not stored:
        return {"release_every": AT_ONCE, "releases": [], "release_leftovers": LAPSE}
    daily = stored["every"] == DAILY
    rows = [(at if daily else _local(at), str(units)) for at, units in stored["at"]]
    leftovers = CARRY if stored["carry"] else LAPSE
    return {"release_every": DAILY if daily else LISTED, "releases": rows, "release_leftovers": leftovers}


def _read(typed: Sequence[Row], every: str) -> list[list[Any]]:
    """Return the rows as they are stored, in their order. Raises ValidationError."""
    if not every:
        if typed:
            raise ValidationError(gettext("Choose when coupons are released, or empty the table."))
        return []
    most = MOST_TIMES if every == DAILY else MOST_ROWS
    if not typed:
        raise ValidationError(gettext("Give at least one release."))
    if len(typed) > most:
        raise ValidationError(gettext("At most %(most)s releases can be listed.") % {"most": most})
    rows = sorted([_when(when, every), _units(when, units)] for when, units in typed)
    for (first, _first), (second, _second) in zip(rows, rows[1:], strict=False):
        if first == second:
            told = first if every == DAILY else _local(first)
            raise ValidationError(gettext("“%(when)s” is listed twice.") % {"when": told})
    return rows


def _when(text: str, every: str) -> str:
    daily = every == DAILY
    for pattern in TIME_FORMATS if daily else MOMENT_FORMATS:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007, the site's time zone comes next
        except ValueError:
            continue
        if daily:
            return f"{time(found.hour, found.minute, found.second):%H:%M:%S}".removesuffix(":00")
        if 2000 <= found.year < 3000:
            return timezone.make_aware(found, timezone.get_default_timezone()).astimezone(UTC).isoformat()
    if daily:
        raise ValidationError(gettext("“%(when)s” is no time: write 10:00.") % {"when": text[:40]})
    raise ValidationError(gettext("“%(when)s” is no moment: write 2026-11-11 10:00.") % {"when": text[:40]})


def _units(when: str, text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST_UNITS:
        return int(text)
    raise ValidationError(gettext("“%(when)s”: give a number of coupons from 1.") % {"when": when[:40]})


def _local(stored: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(stored), timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
