"""A form field for every kind of rule parameter, so that a new benefit has its form by itself."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from campaigns.forms.gifts import GiftsField
from campaigns.forms.named_goods import ScopeField, SkuCountsField
from campaigns.forms.reward_tiers import RewardField, RewardTiersField
from campaigns.forms.tiers import TiersField
from campaigns.forms.unit_tiers import UnitTiersField
from pricing.engine.benefits.sku_prices import SKU_PRICES
from pricing.engine.layers import Layer
from pricing.engine.named_goods import SKU_COUNTS
from pricing.engine.params import (
    BASIS_POINTS,
    CENTS,
    CODES,
    COUNT,
    FLAG,
    PRICE,
    SKU_SET,
    TEMPLATE,
    Kind,
    Param,
    params_of,
)
from pricing.engine.pieces import CHEAPEST, DEAREST, PICK
from pricing.engine.presents import PRESENTS
from pricing.engine.registry import BENEFITS
from pricing.engine.reward_tiers import REWARD_TIERS
from pricing.engine.rules import Benefit
from pricing.engine.scope import SCOPE
from pricing.engine.tiers import TIERS
from pricing.engine.unit_tiers import UNIT_TIERS
from pricing.forms.fields import MoneyField, RateField
from pricing.wording import speaks_chinese

PREFIX = "rule_"
CAMPAIGN_LAYERS = (Layer.ITEM, Layer.MULTI, Layer.ORDER, Layer.SHIPPING)
FIRST = ("spend_tiers", "percent_off", "sku_prices")


class CodesField(forms.CharField):
    """Codes separated by commas or spaces."""

    widget = UnfoldAdminTextInputWidget
    separators = r"[,，;；\s]+"

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> list[str]:
        return sorted({code.strip() for code in re.split(self.separators, str(value or "")) if code.strip()})


def _money(**options: Any) -> forms.Field:
    return MoneyField(least_cents=1, **options)


def _count(**options: Any) -> forms.Field:
    return forms.IntegerField(min_value=1, widget=UnfoldAdminIntegerFieldWidget, **options)


def _flag(**options: Any) -> forms.Field:
    return forms.BooleanField(**{**options, "required": False}, widget=UnfoldBooleanSwitchWidget)


def _pick(**options: Any) -> forms.Field:
    choices = [(CHEAPEST, gettext("the cheapest")), (DEAREST, gettext("the dearest"))]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **options)


def _rate(**options: Any) -> forms.Field:
    if speaks_chinese():
        example = gettext("8 means that the shopper pays 80 percent.")
    else:
        example = gettext("20 means 20 percent off: the shopper pays 80 percent.")
    return RateField(**{**options, "help_text": example})


FIELD_FOR_KIND: Mapping[Kind, Callable[..., forms.Field]] = {
    CENTS: _money,
    PRICE: MoneyField,
    BASIS_POINTS: _rate,
    COUNT: _count,
    FLAG: _flag,
    CODES: CodesField,
    SKU_SET: CodesField,
    PICK: _pick,
    TIERS: TiersField,
    SKU_COUNTS: SkuCountsField,
    SCOPE: ScopeField,
    UNIT_TIERS: UnitTiersField,
    PRESENTS: GiftsField,
    TEMPLATE: RewardField,
    REWARD_TIERS: RewardTiersField,
}


def campaign_benefits() -> dict[str, type[Benefit]]:
    """Return the benefits that a campaign may have, the usual ones first: those whose parameters all have a field."""
    usable = {
        code: rule
        for code, rule in BENEFITS.items()
        if layers_of(rule) and all(param.kind in FIELD_FOR_KIND for param in _typed(rule))
    }
    ordered = [code for code in FIRST if code in usable] + sorted(set(usable) - set(FIRST))
    return {code: usable[code] for code in ordered}


def layers_of(rule: type[Benefit]) -> list[Layer]:
    """Return the layers in which a campaign may use this benefit, in order of computing."""
    return [layer for layer in CAMPAIGN_LAYERS if layer in rule.LAYERS]


def fields_of(rule: type[Benefit]) -> dict[str, forms.Field]:
    """Return the form fields of a rule's parameters by prefixed name, in the order of the rule."""
    return {f"{PREFIX}{param.name}": _field_of(param) for param in _typed(rule)}


def params_from(rule: type[Benefit], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as stored JSON, without what was left empty."""
    found = {param.name: cleaned.get(f"{PREFIX}{param.name}") for param in _typed(rule)}
    return {name: value for name, value in found.items() if value not in (None, "", [], {}) and value is not False}


def initial_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the initial values of the fields from stored parameters."""
    return {f"{PREFIX}{name}": value for name, value in params.items()}


def field_named(path: str | None, names: Iterable[str]) -> str | None:
    """Return the form field that a refusal's path such as "tiers[1].off_cents" is about, if there is one."""
    root = re.split(r"[.\[]", path or "")[0]
    return next((name for name in (f"{PREFIX}{root}", root) if name in names), None)


def _typed(rule: type[Benefit]) -> list[Param]:
    """Return the parameters that have a field of their own; prices of SKUs stand in the table of SKUs."""
    return [param for param in params_of(rule) if param.kind is not SKU_PRICES]


def _field_of(param: Param) -> forms.Field:
    return FIELD_FOR_KIND[param.kind](
        label=gettext(param.label),
        help_text=gettext(param.help) if param.help else "",
        required=param.required,
        initial=param.default,
    )
