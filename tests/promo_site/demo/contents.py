"""What the demo fills, counted."""

from campaigns.models import Campaign, CampaignApproval
from coupons.models import Coupon
from pricing.models import Category, Product, Shop, Sku
from storefront.models import CartLine, Order, Refund

ALL = (Shop, Category, Product, Sku, Campaign, CampaignApproval, Coupon, Order, Refund, CartLine)


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in ALL}
