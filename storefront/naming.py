"""The names that an order keeps of what was bought or given."""

from pricing.models import Sku


def frozen_names(sku: Sku) -> dict[str, str]:
    """Return the name with its option in both languages, as the product has them now."""
    option, option_zh = sku.option, sku.option_zh or sku.option
    name_zh = sku.product.name_zh
    return {
        "name": f"{sku.product.name} · {option}" if option else sku.product.name,
        "name_zh": f"{name_zh} · {option_zh}" if name_zh and option_zh else name_zh,
    }
