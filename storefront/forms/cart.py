"""Shape of what the cart is told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.forms.coupons import HIGHEST_KEY
from storefront.models import MOST_UNITS

A_NUMBER = _("Enter a whole number.")
AT_MOST = _("At most %(limit_value)s pieces.")
UNKNOWN_GOODS = _("This product is not for sale any more.")


class SkuForm(forms.Form):
    """Which SKU."""

    sku = forms.IntegerField(
        min_value=1,
        max_value=HIGHEST_KEY,
        error_messages={name: UNKNOWN_GOODS for name in ("required", "invalid", "min_value", "max_value")},
    )


class AddForm(SkuForm):
    """A SKU and how many of it."""

    quantity = forms.IntegerField(
        min_value=1,
        max_value=MOST_UNITS,
        error_messages={
            "required": A_NUMBER,
            "invalid": A_NUMBER,
            "min_value": _("Order at least one piece."),
            "max_value": AT_MOST,
        },
    )
    buy_now = forms.BooleanField(required=False)


class QuantityForm(SkuForm):
    """How many of a SKU there shall be; none removes it."""

    quantity = forms.IntegerField(
        min_value=0,
        max_value=MOST_UNITS,
        error_messages={
            "required": A_NUMBER,
            "invalid": A_NUMBER,
            "min_value": _("A quantity is not negative."),
            "max_value": AT_MOST,
        },
    )
