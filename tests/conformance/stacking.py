"""Who may be combined with whom, as the layers that an offer admits."""

from pricing.engine.layers import PLATFORM, TERMS, Layer
from tests.conformance.reading import Unsupported

STACKING = {"exclusive", "combinable_with"}


def combines_with_all(rule):
    """Tell whether a rule may be combined with every other one."""
    return rule["stacking"]["combinable_with"] == "all"


def leaves_out_reduced(rule):
    """Tell whether a rule is not for goods that something before the cart has reduced."""
    return bool(rule["scope"].get("exclude", {}).get("already_reduced"))


def admitted_by(rule, layers):
    """Return the terms that an offer admits; `layers` holds the layer of every rule of the case, by id.

    Goods that are reduced already are left out by not admitting what reduces them.
    """
    admitted = TERMS if combines_with_all(rule) else _terms_of_named(rule["stacking"]["combinable_with"], layers)
    return admitted - {term_of(Layer.ITEM)} if leaves_out_reduced(rule) else admitted


def term_of(layer):
    """Return the term of an offer of the platform, as all are here."""
    return f"{layer.value}:{PLATFORM}"


def _terms_of_named(names, layers):
    """Layers are admitted, not single offers, so a rule admits all of a layer or none."""
    named = {term_of(layer) for name, layer in layers.items() if name in names}
    others = {term_of(layer) for name, layer in layers.items() if name not in names}
    if named & others and len(layers) > 2:
        raise Unsupported("stacking:combinable_with some of a layer")
    return frozenset(named)
