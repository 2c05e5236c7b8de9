"""The figure that a goal shall reach: its unit follows from the goal."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.models import Goal
from pricing.models.sku import HIGHEST_PRICE_CENTS
from pricing.wording import cents_from, currency_sign, money_text, plain_amount

# goal -> (how its figure is read, how it is typed again)
READ: Mapping[str, tuple[Callable[[str], int], Callable[[int], str]]] = {
    Goal.NEW_CUSTOMERS: (int, str),
    Goal.BASKET_VALUE: (cents_from, plain_amount),
    Goal.CLEAR_STOCK: (int, str),
}


class TargetInput(UnfoldAdminTextInputWidget):
    """A figure whose unit stands in the field while it is empty; the page's script lets it follow the goal."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        units = {
            Goal.NEW_CUSTOMERS.value: pgettext("unit", "new customers"),
            Goal.BASKET_VALUE.value: gettext("%(sign)s per order, on average") % {"sign": currency_sign()},
            Goal.CLEAR_STOCK.value: gettext("pieces sold"),
        }
        told = {"data-units": json.dumps(units), "data-follows": "goal", "inputmode": "decimal", "autocomplete": "off"}
        return super().get_context(name, value, {**(attrs or {}), **told})


def target() -> forms.CharField:
    """Return the field; what is typed is read by `check_target`, when the goal is known."""
    return forms.CharField(
        label=_("Target"),
        max_length=20,
        required=False,
        widget=TargetInput,
        help_text=_("New customers, an order's average value or pieces sold, by the goal. Empty = none."),
    )


def check_target(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Turn the target into a whole number of its unit (an amount into cents), or add what is wrong to the form."""
    typed, goal = cleaned.get("goal_figure"), cleaned.get("goal")
    if not typed or goal not in READ:
        cleaned["goal_figure"] = None
        return
    try:
        figure = READ[goal][0](typed.strip())
    except ValueError:
        figure = 0
    if 0 < figure <= HIGHEST_PRICE_CENTS:
        cleaned["goal_figure"] = figure
    else:
        form.add_error("goal_figure", gettext("Give a figure above 0, such as 200; for a basket value an amount."))


def typed_target(goal: str, figure: int | None) -> str:
    """Return a stored target as it is typed."""
    return "" if figure is None or goal not in READ else READ[goal][1](figure)


def target_text(goal: str, figure: int | None) -> str:
    """Return a stored target with its unit."""
    if figure is None:
        return gettext("none")
    if goal == Goal.NEW_CUSTOMERS:
        return ngettext("%(count)s new customer", "%(count)s new customers", figure) % {"count": figure}
    if goal == Goal.CLEAR_STOCK:
        return ngettext("%(count)s piece sold", "%(count)s pieces sold", figure) % {"count": figure}
    return gettext("%(amount)s per order, on average") % {"amount": money_text(figure)}
