"""The shopper chooses among the gifts of a promotion. The cart keeps the choice; pricing decides what comes of it."""

from collections.abc import Sequence

from campaigns.models import CampaignRevision
from pricing.engine.benefits.gift import GiftWithPurchase
from pricing.engine.messages import N_
from pricing.engine.registry import load_benefit
from pricing.transactions import command, locking
from storefront.models import Cart
from storefront.refusals import CannotBuy


@command
def pick_gifts(*, cart_id: int, campaign_id: int, sku_codes: Sequence[str]) -> None:
    """Keep which gifts of a campaign the shopper wants; none at all means the first ones.

    Raises CannotBuy for what is no gift of it, and for more than may be chosen.
    """
    locking("cart")
    cart = Cart.objects.select_for_update().get(pk=cart_id)
    revision = CampaignRevision.objects.filter(current_of=campaign_id, benefit_code=GiftWithPurchase.CODE).first()
    benefit = load_benefit(revision.benefit_code, revision.params) if revision else None
    known = {gift.sku for gift in benefit.presents} if benefit else set()
    if not isinstance(benefit, GiftWithPurchase) or not benefit.choose or not known.issuperset(sku_codes):
        raise CannotBuy(N_("Choose among the gifts of this promotion."), field="gifts")
    if len(sku_codes) > benefit.choose:
        raise CannotBuy(N_("Choose at most %(most)s of these gifts."), field="gifts", most=benefit.choose)
    picked = {offer: codes for offer, codes in cart.picked_gifts.items() if offer != f"campaign:{campaign_id}"}
    cart.picked_gifts = picked | ({f"campaign:{campaign_id}": list(sku_codes)} if sku_codes else {})
    cart.save(update_fields=["picked_gifts", "updated_at"])
