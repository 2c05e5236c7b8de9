"""How many pieces of a SKU are there?"""

from collections.abc import Collection

from pricing.models import OnHandStock, Sku


def free_of(sku: Sku) -> int | None:
    """Return what anybody may buy of a SKU; None where it is not counted. No query if fetched with `on_hand`."""
    stock = getattr(sku, "on_hand", None)
    return None if stock is None else stock.free


def free_by_sku(sku_ids: Collection[int]) -> dict[int, int]:
    """Free pieces by SKU id, of those that are counted. One query."""
    return dict(OnHandStock.objects.filter(pk__in=sku_ids).values_list("pk", "free"))
