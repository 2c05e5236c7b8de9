"""The catalogue: shops, categories, products, SKUs; the number of the current book of offers; background jobs."""

from pricing.models.book import BookRevision
from pricing.models.category import Category
from pricing.models.job import Job, JobState
from pricing.models.product import Product, ProductKind
from pricing.models.shop import Shop
from pricing.models.sku import Sku

__all__ = ["BookRevision", "Category", "Job", "JobState", "Product", "ProductKind", "Shop", "Sku"]
