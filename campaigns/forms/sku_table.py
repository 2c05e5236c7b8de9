"""SKUs typed as a table, each with price, stock and limit: rows of text underneath, so that they can be pasted too."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import CampaignRevision
from campaigns.sku_list.judging import PRICE_MISSING, Entry, Judged, Known, Terms, judge
from campaigns.sku_list.reading import TextRow, Unreadable, rows_in
from pricing.engine.benefits.sku_prices import SkuPrices
from pricing.engine.rules import Benefit
from pricing.models import Sku
from pricing.wording import money_text, plain_amount, say

LONG_LIST = 300  # longer ones have a page of their own
NAMED_WRONG = 5
SPACED = re.compile(r"(?m)^([^\t,;，；\n]*[^\t,;，；\s]) +([0-9]{1,9})[ \r]*$")  # a code and its stock


class SkuTableField(forms.CharField):
    """Lines such as "TEA 59.90 20 2" -> {Known SKU: Entry}. Without script it is a field for text."""

    def __init__(self, *, priced: bool) -> None:
        self.terms = Terms(priced=priced)
        help_text = _("Code, activity price, stock, limit per shopper in one line, as copied from a spreadsheet.")
        if not priced:
            help_text = _("Code, stock, limit per shopper in one line, as copied from a spreadsheet.")
        super().__init__(
            required=False,
            label=_("SKUs with price, stock and limit") if priced else _("SKUs with stock and limit"),
            help_text=help_text,
            widget=SkuTableWidget(self.terms),
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the text for stored rows; what was typed is shown again as it is."""
        return value if not isinstance(value, list) else "\n".join(self._line(row) for row in value)

    def clean(self, value: Any) -> dict[Known, Entry]:
        self.run_validators(self.to_python(value))
        judged = list(judge(self._rows(value), self.terms)) if value else []
        if wrong := [one for one in judged if one.entry is None]:
            raise ValidationError(list(_said(wrong)))
        return {one.sku: one.entry for one in judged if one.sku and one.entry}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)

    def _rows(self, text: str) -> list[TextRow]:
        try:
            return typed_rows(text, self.terms)
        except Unreadable as refusal:
            raise ValidationError(say(refusal)) from None

    def _line(self, row: Any) -> str:
        price = "" if row.price_cents is None else plain_amount(row.price_cents)
        figures = [price] if self.terms.priced else []
        figures += ["" if units is None else str(units) for units in (row.stock_units, row.limit_units)]
        return "\t".join([row.sku.code, *figures, *(["yes"] if row.excluded else [])]).rstrip("\t")


class SkuTableWidget(forms.Textarea):
    """A table with a search above it, kept in step with the text by its script."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(attrs={"rows": 4, "spellcheck": "false", "class": "promo-sku-text font-mono"})
        self.terms = terms

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        context = {
            "text": super().render(name, value, attrs, renderer),
            "rows": shown_rows(judged_text(value or "", self.terms, fresh=False)[:LONG_LIST]),
            "priced": self.terms.priced,
            "most": LONG_LIST,
            "rows_url": reverse("admin:campaigns_campaign_sku_rows"),
            "find_url": reverse("admin:campaigns_campaign_sku_find"),
        }
        return render_to_string("campaigns/admin/sku_table.html", context)

    class Media:
        js = ["campaigns/sku-table.js"]


def judged_text(text: str, terms: Terms, *, fresh: bool = False) -> list[Judged]:
    """Return every row of a text with what is wrong with it; none for text that is no table.

    `fresh`: rows just begun, of which nobody expects a price yet.
    """
    try:
        rows = typed_rows(text, terms)
    except Unreadable:
        return []
    judged = list(judge(rows, terms))
    return [_begun(one) for one in judged] if fresh else judged


def typed_rows(text: str, terms: Terms) -> list[TextRow]:
    """Return the rows of typed text, where a blank may stand before a number. Raises Unreadable."""
    return rows_in(SPACED.sub(r"\1\t\2", text), columns=terms.columns)


def _begun(one: Judged) -> Judged:
    rest = tuple(problem for problem in one.problems if problem.msgid != PRICE_MISSING)
    return Judged(one.row, one.sku, one.entry, rest, one.doubts)


def shown_rows(judged: Iterable[Judged]) -> list[dict[str, Any]]:
    """Return the rows as the table shows them, with amounts as they are typed. One query."""
    judged = list(judged)
    codes = [one.row.code for one in judged]
    names = {sku.code: sku.local_name for sku in Sku.objects.filter(code__in=codes).select_related("product")}
    return [_shown(one, names.get(one.row.code, "")) for one in judged]


def _shown(one: Judged, name: str) -> dict[str, Any]:
    known = one.sku
    figures = (
        {}
        if known is None
        else {
            "list": plain_amount(known.list_cents),
            "list_text": money_text(known.list_cents),
            "floor": plain_amount(known.floor_cents),
            "floor_text": money_text(known.floor_cents) if known.floor_cents else "–",
            "cost": "" if known.cost_cents is None else plain_amount(known.cost_cents),
            "cost_text": "–" if known.cost_cents is None else money_text(known.cost_cents),
        }
    )
    said = [say(message) for message in (*one.problems, *one.doubts)]
    tone = "bad" if one.problems else "warn" if one.doubts else ""
    return {"row": one.row, "name": name, "said": said, "tone": tone, **figures}


def _said(wrong: list[Judged]) -> Iterable[str]:
    for one in wrong[:NAMED_WRONG]:
        yield f"{one.row.code or one.row.number}: {' '.join(say(problem) for problem in one.problems)}"
    if len(wrong) > NAMED_WRONG:
        yield gettext("%(count)s rows are wrong in all; they are marked in the table.") % {"count": len(wrong)}


def prices_skus(rule: type[Benefit]) -> bool:
    """Tell whether every SKU of the kind has a price of its own, so that only the table chooses goods."""
    return issubclass(rule, SkuPrices)


def kept_list(revision: CampaignRevision | None) -> str:
    """Return the remark instead of the table where the list is too long for it; empty for other lists."""
    count = revision.skus.count() if revision else 0
    if revision is None or count <= LONG_LIST:
        return ""
    link = reverse("admin:campaigns_campaign_skus", args=[revision.campaign_id])
    text = gettext("%(count)s SKUs are named: such a long list has a page of its own.") % {"count": f"{count:,}"}
    return format_html('{} <a href="{}">{}</a>', text, link, gettext("Search it, or read another one"))
