"""What an offer takes when SKUs have been taken out of it; plain values, no database."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from pricing.engine.rules import Benefit
from pricing.engine.scope import Scope


def scope_without(scope: Scope, skus: Collection[str]) -> Scope:
    """Return the scope that also leaves these SKUs out."""
    return replace(scope, excluded_skus=scope.excluded_skus | frozenset(skus)) if skus else scope


def benefit_without(benefit: Benefit, skus: Collection[str]) -> Benefit | None:
    """Return the benefit that no longer names these SKUs, or None where nothing is left of it.

    A bundle that lacks one of its goods is never whole again; goods to get are those that are left.
    """
    taken = frozenset(skus)
    rule: Any = benefit
    if taken & {sku for sku, _ in getattr(benefit, "goods", ())}:
        return None
    got: Scope | None = getattr(benefit, "get_scope", None)
    if got is None or not taken & got.skus:
        return benefit
    left = replace(got, skus=got.skus - taken)
    return replace(rule, get_scope=left) if left.only_names else None
