"""Who is visiting: the customer behind the login, the cart, the orders that a guest placed in this session."""

from uuid import UUID

from django.db.models import Sum
from django.http import Http404, HttpRequest

from campaigns.models import Customer
from storefront.commands.cart import cart_for
from storefront.models import Cart, CartLine, Order
from storefront.selectors.orders import order_of
from storefront.selectors.shopper import customer_of

CART_TOKEN = "cart"
GUEST_ORDERS = "orders"
MOST_GUEST_ORDERS = 50


def customer_in(request: HttpRequest) -> Customer | None:
    """Return the customer who is signed in. One query per request."""
    if not hasattr(request, "customer"):
        request.customer = customer_of(request.user)
    return request.customer


def token_in(request: HttpRequest) -> UUID | None:
    """Return the token of the guest's cart."""
    token = request.session.get(CART_TOKEN)
    return UUID(token) if token else None


def cart_in(request: HttpRequest) -> Cart:
    """Return the visitor's cart; it is made on first use, and a guest's session remembers it."""
    customer = customer_in(request)
    cart = cart_for(customer=customer, token=None if customer else token_in(request))
    if customer is None and request.session.get(CART_TOKEN) != str(cart.token):
        request.session[CART_TOKEN] = str(cart.token)
    return cart


def cart_if_any(request: HttpRequest) -> Cart | None:
    """Return the visitor's cart without making one."""
    customer, token = customer_in(request), token_in(request)
    if customer is not None:
        return Cart.objects.select_related("customer").filter(customer=customer).first()
    return Cart.objects.filter(token=token, customer=None).first() if token else None


def pieces_in_cart(request: HttpRequest) -> int:
    """Return how many pieces the visitor's cart holds. One query, none for a guest without cart."""
    customer, token = customer_in(request), token_in(request)
    if customer is not None:
        lines = CartLine.objects.filter(cart__customer=customer)
    elif token is not None:
        lines = CartLine.objects.filter(cart__token=token, cart__customer=None)
    else:
        return 0
    return lines.aggregate(pieces=Sum("quantity"))["pieces"] or 0


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
