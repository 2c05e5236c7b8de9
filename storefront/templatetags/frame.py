"""What every page's frame asks: how full the cart is, where the shopper is, an address with other filters."""

from typing import Any

from django import template
from django.utils import timezone

from campaigns.selectors.reach import unread_count
from pricing.models import Category
from storefront.previewing import preview_in
from storefront.views.clock import now_in
from storefront.views.visitor import customer_in, pieces_in_cart

register = template.Library()

MOST_CATEGORIES = 8


@register.simple_tag(takes_context=True)
def cart_count(context: template.Context) -> str:
    """Return the number of pieces in the visitor's cart, nothing for none. Two queries at most."""
    request = context.get("request")
    pieces = pieces_in_cart(request) if request else 0
    if not pieces:
        return ""
    return "99+" if pieces > 99 else str(pieces)


@register.simple_tag(takes_context=True)
def unread_messages(context: template.Context) -> str:
    """Return the number of messages that the shopper has not read, nothing for none. One query, none for guests."""
    request = context.get("request")
    if request is None:
        return ""
    if not hasattr(request, "unread_messages"):
        customer = customer_in(request)
        request.unread_messages = unread_count(customer) if customer else 0
    return "99+" if request.unread_messages > 99 else str(request.unread_messages or "")


@register.simple_tag(takes_context=True)
def server_time(context: template.Context) -> int:
    """Return the moment of the page in seconds since 1970, which countdowns start from."""
    request = context.get("request")
    return int((now_in(request) if request else timezone.now()).timestamp())


@register.inclusion_tag("storefront/parts/preview.html", takes_context=True)
def preview_banner(context: template.Context) -> dict[str, Any]:
    """Mark every page of a preview; nothing for anybody else."""
    request = context.get("request")
    preview = preview_in(request) if request else None
    return {"preview": preview, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def top_categories() -> list[Category]:
    """Return the categories that stand in the navigation. One query."""
    return list(Category.objects.filter(parent=None)[:MOST_CATEGORIES])


@register.simple_tag(takes_context=True)
def here(context: template.Context, *names: str) -> str:
    """Return aria-current where the page shown is one of these."""
    request = context.get("request")
    shown = request.resolver_match.view_name if request and request.resolver_match else ""
    return "page" if shown in {f"storefront:{name}" for name in names} else ""


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: Any) -> str:
    """Return the query of this page with some filters changed; an empty value takes a filter away."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = str(value)
    return f"?{query.urlencode()}"
