from collections.abc import Mapping

from django.apps import AppConfig
from django.core import checks
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        from campaigns.desk import register_section
        from campaigns.sources import register
        from storefront.api.checks import check_rates
        from storefront.checks import check_pricing_mode
        from storefront.desk import refunds_to_decide
        from storefront.selectors.campaign_results import campaign_results
        from storefront.selectors.campaign_spend import campaign_spend
        from storefront.selectors.orders import customer_of_order, numbers_of_orders
        from storefront.selectors.paid_orders import paid_orders
        from storefront.selectors.purchases import bought_at, never_bought
        from storefront.selectors.rewards import lost_coupons
        from storefront.selectors.touched import touched_by

        checks.register(check_rates)
        checks.register(check_pricing_mode)
        register_section(15, refunds_to_decide)
        register("campaign_page", lambda campaign_id: reverse("storefront:campaign", args=[campaign_id]))
        register("channel_page", lambda token: reverse("storefront:channel", args=[token]))
        register("private_link_page", lambda token: reverse("storefront:private_link", args=[token]))
        register("account_page", lambda: reverse("storefront:account"))
        register("wallet_page", lambda: reverse("storefront:wallet"))
        register("campaign_spend", campaign_spend)
        register("campaign_results", campaign_results)
        register("touched_by", touched_by)
        register("customer_of_order", customer_of_order)
        register("order_pages", lambda keys: _order_pages(numbers_of_orders(keys)))
        register("paid_orders", paid_orders)
        register("bought_at", bought_at)
        register("lost_coupons", lost_coupons)
        register("never_bought", never_bought)


def _order_pages(numbers: Mapping[str, tuple[int, str]]) -> dict[str, tuple[str, str]]:
    pages = {key: reverse("admin:storefront_order_change", args=[pk]) for key, (pk, _number) in numbers.items()}
    return {key: (number, pages[key]) for key, (_pk, number) in numbers.items()}
