"""Write rows of the catalogue."""

from django.db.models import Model

from pricing.commands.book import turn_page
from pricing.transactions import command


@command
def save_catalogue_row(row: Model) -> None:
    """Store a shop, category, product or SKU, and tell every process that prices may have changed."""
    row.save()
    turn_page()
