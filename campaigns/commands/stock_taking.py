"""Somebody has counted the shelf: the stock is made to say so."""

from campaigns.selectors.on_hand import reserved_by_sku
from pricing.commands.on_hand import Act
from pricing.commands.stock_keeping import WrongStock, begin_counting, correct
from pricing.engine.messages import N_
from pricing.models import OnHandStock
from pricing.models.on_hand import MOST_PIECES
from pricing.transactions import command, locking


@command
def take_stock_of(*, sku_id: int, found: int, source: str, act: Act) -> int:
    """Book that so many pieces are in the house, reserved ones among them; return by how many that is more.

    A SKU that was not counted is counted from now on. Raises WrongStock: campaigns hold more than was found.
    """
    if not 0 <= found <= MOST_PIECES:
        raise WrongStock(
            N_("Give a number of pieces from %(least)s to %(most)s."), field="units", least=0, most=MOST_PIECES
        )
    locking("on_hand")
    stock = OnHandStock.objects.select_for_update().filter(pk=sku_id).first()
    if stock is None:
        begin_counting(sku_id=sku_id, units=found, source=source, act=act)
        return found
    reserved = reserved_by_sku([sku_id])[sku_id]
    if found < reserved:
        raise WrongStock(
            N_("Campaigns hold %(reserved)s pieces, more than were found: lower their stock first."),
            field="units",
            reserved=reserved,
        )
    difference = found - reserved - stock.free
    if difference:
        correct(sku_id=sku_id, units=difference, source=source, act=act)
    return difference
