"""The catalogue: shops, categories, products, SKUs, their stock; the number of the current book; background work."""

from pricing.models.book import BookRevision
from pricing.models.category import Category
from pricing.models.job import Job, JobState
from pricing.models.on_hand import MovementKind, OnHandStock, StockMovement, StockRequest
from pricing.models.product import Product, ProductKind
from pricing.models.shop import Shop
from pricing.models.sku import Sku

__all__ = [
    "BookRevision",
    "Category",
    "Job",
    "JobState",
    "MovementKind",
    "OnHandStock",
    "Product",
    "ProductKind",
    "Shop",
    "Sku",
    "StockMovement",
    "StockRequest",
]
