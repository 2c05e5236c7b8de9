"""The shop at another moment and with other eyes, for staff: kept in their session, and theirs alone.

Every request asks the permission again, so a session that has lost it (another login, a deactivated user) shows the
shop as it is. Nothing of it comes from a cookie's text or an address.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from campaigns.models import Customer
from storefront.stand_ins import stand_in

KEY, CART_TOKEN = "shop_preview", "shop_preview_cart"
PERMISSIONS = ("campaigns.view_campaign", "campaigns.view_customer")


@dataclass(frozen=True, slots=True)
class Preview:
    """At which moment and with whose eyes the shop is shown; the customer may be a stand-in, None is a guest."""

    at: datetime
    customer: Customer | None
    who: str


def may_preview(user: Any) -> bool:
    return user.is_active and user.is_staff and user.has_perms(PERMISSIONS)


def begin(request: HttpRequest, *, at: datetime, eyes: dict[str, Any]) -> None:
    """Show this session the shop at a moment; `eyes`: {"who", "customer": id, "level", "orders"}."""
    request.session[KEY] = {"at": at.isoformat(), **eyes}


def end(request: HttpRequest) -> None:
    """Show this session the shop as it is, and forget the cart of the preview."""
    for key in (KEY, CART_TOKEN):
        request.session.pop(key, None)


def preview_in(request: HttpRequest) -> Preview | None:
    """Return the preview of this request's session, if its user may have one. One query for a given customer."""
    if not hasattr(request, "shop_preview"):
        request.shop_preview = _read(request)
    return request.shop_preview


def _read(request: HttpRequest) -> Preview | None:
    session = getattr(request, "session", None)
    kept = session.get(KEY) if session is not None else None
    if not kept or not may_preview(request.user):
        return None
    at = parse_datetime(kept["at"])
    return None if at is None else Preview(at=at, customer=_customer(kept, at), who=_who(kept))


def _customer(kept: dict[str, Any], at: datetime) -> Customer | None:
    if kept["who"] == "guest":
        return None
    if kept["who"] == "given":
        return Customer.objects.filter(pk=kept["customer"]).first()
    return stand_in(level=kept["level"], orders_placed=kept["orders"], at=at)


def _who(kept: dict[str, Any]) -> str:
    names = {
        "guest": gettext("a guest"),
        "new": gettext("a new customer"),
        "member": gettext("a member"),
        "given": str(kept.get("name") or gettext("a customer")),
    }
    level = f" ({kept['level']})" if kept.get("level") else ""
    return names[kept["who"]] + level
