from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouponsConfig(AppConfig):
    name = "coupons"
    verbose_name = _("Coupon activities")

    def ready(self) -> None:
        from campaigns.sources import register
        from coupons.selectors.rewards import reward_templates

        register("reward_templates", reward_templates)
