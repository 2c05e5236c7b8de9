"""Who has to know what happens to a template?"""

from django.contrib.auth.models import AbstractBaseUser

from campaigns.selectors.staff import staff_with
from coupons.models import CouponTemplate


def concerned_with(template: CouponTemplate) -> list[AbstractBaseUser]:
    """Return who has set the template up, and everybody who may approve one. Two queries."""
    return [template.created_by, *staff_with("coupons.approve_coupontemplate")]
