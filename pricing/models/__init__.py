"""The catalogue: shops, categories, products, SKUs; and the number of the current book of offers."""

from pricing.models.book import BookRevision
from pricing.models.category import Category
from pricing.models.product import Product, ProductKind
from pricing.models.shop import Shop
from pricing.models.sku import Sku

__all__ = ["BookRevision", "Category", "Product", "ProductKind", "Shop", "Sku"]
