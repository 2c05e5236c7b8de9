"""Prizes typed as rows: which coupon, with what odds in percent, how many there are; what is left over is no prize."""

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext

from coupons.channels import offered_for, why_not_given_by
from coupons.drawing import PARTS, rest_ppm
from coupons.models import CouponTemplate, IssueChannel
from pricing.wording import odds_ppm_from, odds_text, plain_odds

SPARE_ROWS = 2
MOST_PRIZES = 20
LIMITS = ("stock", "per_day", "per_customer")
COLUMNS = ("template", "odds", *LIMITS)

Row = dict[str, str]  # {"template": "17", "odds": "0.5", "stock": "10", "per_day": "", "per_customer": "1"}


class PrizesWidget(forms.Widget):
    """One row for each prize and some spare ones; a row with nothing in it does not count."""

    template_name = "coupons/admin/prizes.html"

    class Media:
        js: ClassVar[list[str]] = ["coupons/prizes.js"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed: list[Row] = list(value or [])
        rows = [*typed, *[dict.fromkeys(COLUMNS, "")] * SPARE_ROWS][:MOST_PRIZES]
        context["widget"].update(rows=rows, coupons=_coupons(typed), rest=_rest_text(typed), most=MOST_PRIZES)
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        # The template lies with the project's own, where form renderers do not look.
        return render_to_string(template_name, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row] | None:
        if f"{name}_template" not in data:
            return None
        columns = [[text.strip() for text in data.getlist(f"{name}_{column}")] for column in COLUMNS]
        rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=False)]
        return [row for row in rows if any(row.values())][: MOST_PRIZES + 1]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_template"


class PrizesField(forms.Field):
    """Prizes as rows of a revision: a coupon once at most, odds that leave nothing below zero."""

    widget = PrizesWidget

    def prepare_value(self, value: Any) -> Any:
        """Return rows for stored prizes; what was typed is shown again as it is."""
        if not value or "odds_ppm" not in value[0]:
            return value
        return [_typed(row) for row in value]

    def to_python(self, value: list[Row] | None) -> list[dict[str, Any]]:
        rows = value or []
        if len(rows) > MOST_PRIZES:
            raise ValidationError(gettext("At most %(most)s prizes.") % {"most": MOST_PRIZES})
        known = {str(template.pk): template for template in _templates(rows)}
        prizes = [_read_row(number, row, known) for number, row in enumerate(rows, start=1)]
        chosen = [prize["template"] for prize in prizes]
        for number, template in enumerate(chosen, start=1):
            if template in chosen[: number - 1]:
                raise ValidationError(
                    gettext("Prize %(number)s: “%(coupon)s” is a prize already. Put its odds together.")
                    % {"number": number, "coupon": template}
                )
        _check_sum(prizes)
        return prizes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _check_sum(prizes: list[dict[str, Any]]) -> None:
    rest = rest_ppm([prize["odds_ppm"] for prize in prizes])
    if rest < 0:
        figures = {"total": odds_text(PARTS - rest), "over": odds_text(-rest)}
        raise ValidationError(gettext("The odds add up to %(total)s: take %(over)s away.") % figures)


def _templates(rows: list[Row]) -> QuerySet[CouponTemplate]:
    """Return templates that may be prizes, and those that the rows name already."""
    return prize_templates([int(row["template"]) for row in rows if _is_key(row["template"])])


def prize_templates(chosen: Collection[int]) -> QuerySet[CouponTemplate]:
    """Return the templates that a lottery may hand out, and those chosen before, whatever has become of them."""
    found = offered_for(IssueChannel.LOTTERY) | CouponTemplate.objects.filter(
        pk__in=chosen, current_revision__isnull=False
    )
    return found.select_related("current_revision").order_by("-pk")


def prize_label(template: CouponTemplate) -> str:
    """Name a template; one that was chosen before and is no prize any more says so."""
    refused = why_not_given_by(template.current_revision, IssueChannel.LOTTERY)
    return f"{template} · {gettext('not for lotteries')}" if refused else str(template)


class PrizeChoiceField(forms.ModelChoiceField):
    """One template that a lottery may hand out."""

    def label_from_instance(self, obj: CouponTemplate) -> str:
        return prize_label(obj)


def check_prize(template: CouponTemplate) -> None:
    """Refuse a coupon that a lottery may not hand out, and say why."""
    if why := why_not_given_by(template.current_revision, IssueChannel.LOTTERY):
        raise ValidationError(f"{template}: {gettext(why)}")


def _coupons(rows: list[Row]) -> list[tuple[str, str]]:
    return [(str(template.pk), prize_label(template)) for template in _templates(rows)]


def _typed(row: dict[str, Any]) -> Row:
    limits = {name: "" if row.get(name) is None else str(row[name]) for name in LIMITS}
    return {"template": str(row["template_id"]), "odds": plain_odds(row["odds_ppm"]), **limits}


def _rest_text(rows: list[Row]) -> str:
    """Return what the rows leave over; nothing while one of them cannot be read."""
    try:
        return odds_text(max(rest_ppm([odds_ppm_from(row["odds"]) for row in rows]), 0))
    except ValueError:
        return ""


def _is_key(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 16


def _read_row(number: int, row: Row, known: dict[str, CouponTemplate]) -> dict[str, Any]:
    if row["template"] not in known:
        raise ValidationError(gettext("Prize %(number)s: choose a coupon.") % {"number": number})
    try:
        odds_ppm = odds_ppm_from(row["odds"])
    except ValueError:
        odds_ppm = 0
    if not 1 <= odds_ppm <= PARTS:
        text = gettext("Prize %(number)s: “%(typed)s” are no odds. Give a percentage from 0.0001 to 100, such as 0.5.")
        raise ValidationError(text % {"number": number, "typed": row["odds"]})
    check_prize(known[row["template"]])
    limits = {name: _read_count(number, row[name]) for name in LIMITS}
    return {"template": known[row["template"]], "odds_ppm": odds_ppm, **limits}


def _read_count(number: int, typed: str) -> int | None:
    """Return the number that was typed; None for nothing."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed)):
        text = gettext("Prize %(number)s: “%(typed)s” is no number of coupons. Give a figure such as 100.")
        raise ValidationError(text % {"number": number, "typed": typed})
    return int(typed)
