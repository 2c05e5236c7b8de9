"""Form fields for goods that a rule itself names: pieces of SKUs typed line by line, and choosers for what is got."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.forms.goods import chooser
from pricing.models import Category, Product, Sku

PIECES = re.compile(r"(.+?)(?:\s*[×*]\s*|\s+[xX]?\s*)([0-9]{1,7})")
CHOOSERS: Mapping[str, tuple[str, Any, type[Model]]] = {
    "categories": ("category", _("Categories"), Category),
    "products": ("product", _("Products"), Product),
    "skus": ("sku", _("SKUs"), Sku),
}


def names_in(scope: Mapping[str, Any]) -> Iterable[list[str]]:
    """Yield the names of the categories, products and SKUs of a stored scope, as far as they exist."""
    for name, (_kind, _label, model) in CHOOSERS.items():
        if found := [str(row) for row in model._default_manager.filter(code__in=scope.get(name, ())).order_by("code")]:
            yield found


class SkuCountsField(forms.CharField):
    """One SKU code in a line and its pieces behind it, `TEA-50 × 2`; a code alone is one piece -> {code: pieces}."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false", "class": "font-mono"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{sku} × {pieces}" for sku, pieces in value.items())

    def clean(self, value: Any) -> dict[str, int]:
        lines = [line.strip() for line in re.split(r"[\n\r,，;；]+", super().clean(value)) if line.strip()]
        pairs = [(line, PIECES.fullmatch(line)) for line in lines]
        codes = {code for line, typed in pairs for code in (line, typed and typed[1]) if code}
        known = set(Sku.objects.filter(code__in=codes).values_list("code", flat=True))
        found: dict[str, int] = {}
        for line, typed in pairs:
            code, pieces = (line, 1) if line in known or not typed else (typed[1], int(typed[2]))
            if code not in known:
                raise ValidationError(gettext("No SKU is called “%(code)s”.") % {"code": code})
            if code in found:
                raise ValidationError(gettext("“%(code)s” stands there twice.") % {"code": code})
            found[code] = pieces
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ScopeWidget(forms.MultiWidget):
    """One chooser below the other, each with its name."""

    def __init__(self) -> None:
        super().__init__({name: chooser(kind, label).widget for name, (kind, label, _model) in CHOOSERS.items()})

    def decompress(self, value: Any) -> list[Any]:
        named = value if isinstance(value, Mapping) else {}
        return [
            list(model._default_manager.filter(code__in=named.get(name, ())).values_list("pk", flat=True))
            for name, (_kind, _label, model) in CHOOSERS.items()
        ]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = value if isinstance(value, list) else self.decompress(value)
        id_ = (attrs or {}).get("id", name)
        parts = [
            (f"{id_}_{key}", label, widget.render(f"{name}_{key}", keys, {"id": f"{id_}_{key}"}, renderer))
            for (key, (_kind, label, _model)), widget, keys in zip(CHOOSERS.items(), self.widgets, chosen, strict=True)
        ]
        return render_to_string("campaigns/admin/choosers.html", {"choosers": parts})


class ScopeField(forms.MultiValueField):
    """Categories, products and SKUs -> a scope as JSON, {"skus": [code, …]}; {} where nothing is chosen."""

    def __init__(self, **options: Any) -> None:
        fields = [chooser(kind, label) for kind, label, _model in CHOOSERS.values()]
        super().__init__(fields, widget=ScopeWidget(), require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> dict[str, list[str]]:
        return {name: sorted(row.code for row in rows) for name, rows in zip(CHOOSERS, data_list, strict=False) if rows}
