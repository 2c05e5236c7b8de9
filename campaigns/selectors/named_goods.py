"""SKUs by what the engine calls a scope: goods that a rule itself names, and what would be bought and got at once."""

from django.db.models import Q

from pricing.engine.scope import Scope
from pricing.models import Sku

CATEGORY_PATHS = ("product__category", "product__category__parent", "product__category__parent__parent")


def meaning(scope: Scope) -> Q:
    """Return the filter of the SKUs that a scope means."""
    included = _named(scope.skus, scope.products, scope.categories)
    included |= Q(product__shop__code__in=scope.shops) | Q(product__kind__in=scope.kinds)
    excluded = _named(scope.excluded_skus, scope.excluded_products, scope.excluded_categories)
    return (Q() if scope.everything else included) & ~excluded & priced(scope.least_list_cents, scope.most_list_cents)


def priced(least_cents: int | None, most_cents: int | None) -> Q:
    """Return the filter of the SKUs whose list price is in a range; None = no end."""
    from_least = Q() if least_cents is None else Q(list_cents__gte=least_cents)
    return from_least if most_cents is None else from_least & Q(list_cents__lte=most_cents)


def bought_and_got(bought: Scope, got: Scope) -> str | None:
    """Return the code of a SKU that both scopes mean, if there is one. One query."""
    return Sku.objects.filter(meaning(bought), meaning(got)).order_by("code").values_list("code", flat=True).first()


def _named(skus: frozenset[str], products: frozenset[str], categories: frozenset[str]) -> Q:
    found = Q(code__in=skus) | Q(product__code__in=products)
    for path in CATEGORY_PATHS:
        found |= Q(**{f"{path}__code__in": categories})
    return found
