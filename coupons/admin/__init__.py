from coupons.admin import claim_campaign, coupon, template

__all__ = ["claim_campaign", "coupon", "template"]
