"""How the back office looks: name, colours, side bar."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from promo_site.settings.sidebar import NAVIGATION

# The shop's persimmon, from light to dark.
PERSIMMON = {
    "50": "#fdf3ed",
    "100": "#fdeae0",
    "200": "#f9cdb9",
    "300": "#f2a687",
    "400": "#e77b53",
    "500": "#d6552f",
    "600": "#c43e1c",
    "700": "#9c2f12",
    "800": "#7d2812",
    "900": "#672413",
    "950": "#380f06",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Promotions"),
    "SITE_HEADER": _("Promotions"),
    "SITE_SYMBOL": "sell",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("storefront/logo.svg")},
    ],
    "COLORS": {"primary": PERSIMMON},
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "campaigns.admin.desk.dashboard",
    "STYLES": [
        lambda request: static("campaigns/back-office.css"),
        lambda request: static("campaigns/goods.css"),
        lambda request: static("campaigns/planning.css"),
        lambda request: static("campaigns/desk.css"),
    ],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": NAVIGATION},
}
