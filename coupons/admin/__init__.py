from coupons.admin import claim_campaign, code_pool, coupon, template

__all__ = ["claim_campaign", "code_pool", "coupon", "template"]
