"""What a rule itself says about goods: a set names all that take part; another rule what is got for what is bought."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext

from campaigns.forms.goods import LIST_PRICES
from campaigns.selectors.named_goods import bought_and_got
from pricing.engine.named_goods import SKU_COUNTS
from pricing.engine.params import params_of
from pricing.engine.rules import Benefit
from pricing.engine.scope import Scope
from pricing.models import Sku

CHOSEN = ("everything", "kinds", "shops", "categories", "products", "skus", "sku_codes", *LIST_PRICES)
LEFT_OUT = ("excluded_categories", "excluded_products", "excluded_skus")
Rows = dict[str, list[dict[str, Any]]]


def names_its_goods(rule: type[Benefit]) -> bool:
    """Tell whether the rule's own parameters say which SKUs take part, so that nothing else is chosen."""
    return any(param.kind is SKU_COUNTS for param in params_of(rule))


def without_choosers(form: forms.Form) -> None:
    """Take the fields away that choose goods."""
    for name in (*CHOSEN, *LEFT_OUT):
        del form.fields[name]


def with_table_only(form: forms.Form) -> None:
    """Take the choosers away where the table says which SKUs take part, each with its price."""
    for name in (*CHOSEN, *LEFT_OUT):
        if name != "sku_codes":
            del form.fields[name]


def nothing_chosen() -> dict[str, Any]:
    """Return the cleaned values of the fields that were taken away."""
    empty: dict[str, Any] = {name: [] for name in (*CHOSEN, *LEFT_OUT)}
    return empty | {"everything": False, "sku_codes": {}} | dict.fromkeys(LIST_PRICES)


def rows_named(rule: type[Benefit], params: Mapping[str, Any]) -> Rows | None:
    """Return the rows of scopes and SKUs that the rule's parameters name; None where goods are chosen."""
    if not names_its_goods(rule):
        return None
    codes = [sku for param in params_of(rule) if param.kind is SKU_COUNTS for sku in params.get(param.name, ())]
    return {"scopes": [], "skus": [{"sku_id": sku.pk} for sku in Sku.objects.filter(code__in=codes).order_by("code")]}


def check_sides(form: forms.Form, benefit: Benefit, cleaned: Mapping[str, Any]) -> None:
    """Add it to the form where goods to get are among those to buy."""
    got: Scope | None = getattr(benefit, "get_scope", None)
    if got is None or any(name in form.errors for name in (*CHOSEN, *LEFT_OUT)):
        return
    if code := bought_and_got(scope_chosen(cleaned), got):
        text = gettext("“%(code)s” would be bought and got. Take it out of the products, or leave this empty.")
        form.add_error("rule_get_scope", text % {"code": code})


def scope_chosen(cleaned: Mapping[str, Any]) -> Scope:
    """Return the scope that the choosers say."""
    found = {
        name: frozenset(row.code for row in cleaned[name])
        for name in ("shops", "categories", "products", "excluded_categories", "excluded_products", "excluded_skus")
    }
    skus = frozenset(sku.code for sku in (*cleaned["skus"], *cleaned["sku_codes"]))
    prices = {name: cleaned[name] for name in LIST_PRICES}
    return Scope(everything=cleaned["everything"], skus=skus, kinds=frozenset(cleaned["kinds"]), **found, **prices)
