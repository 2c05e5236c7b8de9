"""The gifts and rewards of the Quote become rows of the order, verbatim."""

from collections.abc import Iterable

from campaigns.commands.stock import OutOfStock
from pricing.engine.messages import N_
from pricing.engine.quote import Gift
from pricing.models import Sku
from storefront.models import Order, OrderGift, OrderReward
from storefront.naming import frozen_names
from storefront.priced import Priced


def write_additions(order: Order, priced: Priced) -> None:
    """Write what the order gets besides its price. Raises OutOfStock for a gift that no SKU is any more."""
    OrderGift.objects.bulk_create(_gifts(order, priced))
    OrderReward.objects.bulk_create(
        OrderReward(
            order=order,
            campaign_revision=priced.page.campaigns[reward.offer],
            template_code=reward.template,
            value_cents=reward.value_cents,
        )
        for reward in priced.quote.rewards
    )


def _gifts(order: Order, priced: Priced) -> Iterable[OrderGift]:
    if not priced.quote.gifts:
        return
    found = Sku.objects.filter(code__in={gift.sku for gift in priced.quote.gifts}).select_related("product")
    skus = {sku.code: sku for sku in found}
    for gift in priced.quote.gifts:
        if gift.sku not in skus:
            raise OutOfStock(N_("A gift of this promotion has just run out."))
        yield _gift(order, gift, skus[gift.sku], priced)


def _gift(order: Order, gift: Gift, sku: Sku, priced: Priced) -> OrderGift:
    return OrderGift(
        order=order,
        campaign_revision=priced.page.campaigns[gift.offer],
        shop_id=sku.product.shop_id,
        sku=sku,
        quantity=gift.quantity,
        value_cents=gift.value_cents,
        cost_cents=sku.cost_cents,
        **frozen_names(sku),
    )
