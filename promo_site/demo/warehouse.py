"""What lies in the demo's warehouse: physical goods are counted, one is sold out, one nearly."""

from datetime import datetime, timedelta

from campaigns.commands.stock_tables import Pieces, book_counts
from pricing.commands.on_hand import Act
from pricing.models import ProductKind, Sku
from promo_site.demo.people import staff

SCARCE = {"HOUSE-SLIPPERS-S": 0, "CERAMIC-VASE": 5, "SCENTED-CANDLE": 25}
OPENED = timedelta(days=60)  # before everything that the demo tells
LEAST, STEPS = 110, 9  # enough for every campaign of the demo


def fill_warehouse(*, at: datetime) -> None:
    """Count the opening stock of every physical SKU; cards are sold without end."""
    skus = Sku.objects.filter(product__kind=ProductKind.PHYSICAL).order_by("pk")
    counts = [Pieces(sku.pk, _pieces(sku.code, place)) for place, sku in enumerate(skus)]
    book_counts(counts, source="demo:opening", act=Act(at=at - OPENED, by=staff("operator"), reason="opening stock"))


def _pieces(code: str, place: int) -> int:
    few = next((units for begin, units in SCARCE.items() if code.startswith(begin)), None)
    return LEAST + place % STEPS * 13 if few is None else few
