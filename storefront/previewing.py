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

from campaigns.models import CampaignRevision, Customer
from campaigns.offers import offer_of
from pricing.engine.errors import Refusal
from storefront.as_if import open_draft
from storefront.stand_ins import stand_in

KEY, CART_TOKEN = "shop_preview", "shop_preview_cart"
PERMISSIONS = ("campaigns.view_campaign", "campaigns.view_customer")


@dataclass(frozen=True, slots=True)
class Preview:
    """At which moment and with whose eyes the shop is shown; the customer may be a stand-in, None is a guest.

    `draft` counts as approved; `is_draft_gone`: one was chosen, and has been decided about or become unusable since.
    """

    at: datetime
    customer: Customer | None
    who: str
    draft: CampaignRevision | None = None
    is_draft_gone: bool = False


def may_preview(user: Any) -> bool:
    return user.is_active and user.is_staff and user.has_perms(PERMISSIONS)


def begin(request: HttpRequest, *, at: datetime, eyes: dict[str, Any]) -> None:
    """Show this session the shop at a moment; `eyes`: {"who", "customer": id, "level", "orders", "draft": id}."""
    request.session[KEY] = {"at": at.isoformat(), **eyes}


def end(request: HttpRequest) -> None:
    """Show this session the shop as it is, and forget the cart of the preview."""
    for key in (KEY, CART_TOKEN):
        request.session.pop(key, None)


def preview_in(request: HttpRequest) -> Preview | None:
    """Return the preview of this request's session, if its user may have one.

    One query for a given customer, seven for a draft.
    """
    if not hasattr(request, "shop_preview"):
        request.shop_preview = _read(request)
    return request.shop_preview


def _read(request: HttpRequest) -> Preview | None:
    session = getattr(request, "session", None)
    kept = session.get(KEY) if session is not None else None
    if not kept or not may_preview(request.user):
        return None
    at = parse_datetime(kept["at"])
    if at is None:
        return None
    draft = usable_draft(kept.get("draft"))
    is_gone = draft is None and kept.get("draft") is not None
    return Preview(at=at, customer=_customer(kept, at), who=_who(kept), draft=draft, is_draft_gone=is_gone)


def usable_draft(pk: int | None) -> CampaignRevision | None:
    """Return an open draft whose rule the engine takes."""
    draft = None if pk is None else open_draft(pk)
    try:
        return draft and offer_of(draft) and draft
    except Refusal:
        return None


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
