"""The benefit of stored terms. Where each SKU has a price of its own, the prices are in the SKU rows."""

from campaigns.models import Terms
from campaigns.selectors.named_skus import NONE_NAMED, NamedSkus, named_skus
from pricing.engine.benefits.sku_prices import SkuPrices
from pricing.engine.registry import load_benefit
from pricing.engine.rules import Benefit


def benefit_of(terms: Terms, named: NamedSkus | None = None) -> Benefit:
    """Return the benefit of terms; `named`: their SKU rows, where the caller has read them.

    Raises WrongParams. One query where the rows are needed and nobody has read them.
    """
    if not prices_each_sku(terms):
        return load_benefit(terms.benefit_code, terms.params)
    return (_named(terms) if named is None else named).own_prices


def _named(terms: Terms) -> NamedSkus:
    return NONE_NAMED if terms.pk is None else named_skus(terms)


def prices_each_sku(terms: Terms) -> bool:
    """Tell whether the price of each SKU is said by its row."""
    return terms.benefit_code == SkuPrices.CODE
