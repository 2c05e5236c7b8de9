from coupons.admin import claim_campaign, code_pool, compensation, compensation_limit, coupon, template

__all__ = ["claim_campaign", "code_pool", "compensation", "compensation_limit", "coupon", "template"]
