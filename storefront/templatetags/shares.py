"""The codes in discount shares as people say them."""

from django import template
from django.utils.translation import gettext, pgettext_lazy

from pricing.engine.layers import PLATFORM

register = template.Library()

LAYER_NAMES = {
    "item": pgettext_lazy("layer", "single goods"),
    "multi": pgettext_lazy("layer", "several goods"),
    "order": pgettext_lazy("layer", "whole order"),
    "coupon": pgettext_lazy("layer", "coupon"),
    "shipping": pgettext_lazy("layer", "shipping"),
}


@register.filter
def layer_name(code: str) -> str:
    """Return the name of a layer; a code that is not known stands for itself."""
    return str(LAYER_NAMES.get(code, code))


@register.filter
def funder_name(code: str) -> str:
    """Return who pays a share: the platform, or a shop by its code."""
    return gettext("the platform") if code == PLATFORM else code
