"""What changes by the second, read with every quote in a constant number of queries."""

from collections.abc import Collection

from campaigns.models import Customer
from campaigns.selectors.facts import campaign_facts
from pricing.engine.cart import Cart
from pricing.engine.facts import Facts, HeldCoupon
from storefront.priced import BookPage


def facts_for(
    page: BookPage, *, carts: Collection[Cart], customer: Customer | None, coupons: tuple[HeldCoupon, ...]
) -> Facts:
    """Return stock, limits and budgets of the campaigns that touch these carts."""
    touching = {offer.id for cart in carts for offer in page.book.touching(cart)}
    campaign_ids = {page.campaigns[offer].campaign_id for offer in touching if offer in page.campaigns}
    at = next((cart.at for cart in carts), None)
    if not campaign_ids or at is None:
        return Facts(coupons=coupons)
    left = campaign_facts(campaign_ids=campaign_ids, customer=customer, at=at)
    return Facts(
        units_left=left.units_left,
        uses_left=left.uses_left,
        budget_left_cents=left.budget_left_cents,
        coupons=coupons,
    )
