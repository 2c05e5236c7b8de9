"""How the back office looks: name, colours, side bar."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Promotions"),
    "SITE_HEADER": _("Promotions"),
    "SITE_SYMBOL": "sell",
    "SHOW_LANGUAGES": True,
    "STYLES": [lambda request: static("campaigns/back-office.css")],
    "SIDEBAR": {"show_search": True, "show_all_applications": True},
}
