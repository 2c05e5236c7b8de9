"""Who is visiting: the customer behind the login, the cart, the orders that a guest placed in this session."""

from uuid import UUID

from django.db.models import Sum
from django.http import Http404, HttpRequest

from campaigns.models import Customer
from storefront.commands.cart import cart_for
from storefront.models import Cart, CartLine, Order
from storefront.previewing import CART_TOKEN as PREVIEW_CART_TOKEN
from storefront.previewing import preview_in
from storefront.selectors.orders import order_of
from storefront.selectors.shopper import customer_of

CART_TOKEN = "cart"
GUEST_ORDERS = "orders"
MOST_GUEST_ORDERS = 50


def customer_in(request: HttpRequest) -> Customer | None:
    """Return the customer who is signed in. One query per request."""
    if not hasattr(request, "customer"):
        preview = preview_in(request)
        request.customer = preview.customer if preview else customer_of(request.user)
    return request.customer


def token_in(request: HttpRequest) -> UUID | None:
    """Return the token of the guest's cart; a preview has a cart of its own."""
    token = request.session.get(_token_key(request))
    return UUID(token) if token else None


def cart_in(request: HttpRequest) -> Cart:
    """Return the visitor's cart; it is made on first use, and a guest's session remembers it."""
    owner = _cart_owner(request)
    cart = cart_for(customer=owner, token=None if owner else token_in(request))
    if owner is None and request.session.get(_token_key(request)) != str(cart.token):
        request.session[_token_key(request)] = str(cart.token)
    return cart


def cart_if_any(request: HttpRequest) -> Cart | None:
    """Return the visitor's cart without making one."""
    owner, token = _cart_owner(request), token_in(request)
    if owner is not None:
        return Cart.objects.select_related("customer").filter(customer=owner).first()
    found = Cart.objects.filter(token=token, customer=None).first() if token else None
    if found and (preview := preview_in(request)):
        found.customer = preview.customer  # priced with their eyes; the row stays nobody's
    return found


def pieces_in_cart(request: HttpRequest) -> int:
    """Return how many pieces the visitor's cart holds. One query, none for a guest without cart."""
    owner, token = _cart_owner(request), token_in(request)
    if owner is not None:
        lines = CartLine.objects.filter(cart__customer=owner)
    elif token is not None:
        lines = CartLine.objects.filter(cart__token=token, cart__customer=None)
    else:
        return 0
    return lines.aggregate(pieces=Sum("quantity"))["pieces"] or 0


def _cart_owner(request: HttpRequest) -> Customer | None:
    """Nobody's cart is touched by a preview."""
    return None if preview_in(request) else customer_in(request)


def _token_key(request: HttpRequest) -> str:
    return PREVIEW_CART_TOKEN if preview_in(request) else CART_TOKEN


def remember_order(request: HttpRequest, order: Order) -> None:
    """Let a guest find the order again in this session."""
    if order.customer_id is None:
        numbers = [*request.session.get(GUEST_ORDERS, []), order.number]
        request.session[GUEST_ORDERS] = numbers[-MOST_GUEST_ORDERS:]


def own_order(request: HttpRequest, number: str) -> Order:
    """Return the visitor's own order; anybody else's does not exist for them."""
    customer = customer_in(request)
    try:
        if customer is not None:
            return order_of(customer, number)
        if number in request.session.get(GUEST_ORDERS, []):
            return Order.objects.get(number=number, customer=None)
    except Order.DoesNotExist:
        pass
    raise Http404
