"""What shoppers do to their cart. It holds no price, so nothing here prices."""

from collections.abc import Sequence
from uuid import UUID

from campaigns.models import Customer
from coupons.models import Coupon
from pricing.engine.cart import MAX_LINES
from pricing.engine.messages import N_
from pricing.models import Sku
from pricing.selectors.on_hand import free_of
from pricing.transactions import command, locking
from storefront.models import Cart, CartLine
from storefront.refusals import CannotBuy
from storefront.selectors.availability import most_for_anybody
from storefront.selectors.catalogue import most_units_of, sellable_skus


@command
def cart_for(*, customer: Customer | None = None, token: UUID | None = None) -> Cart:
    """Return the cart of a customer or, for a guest, of a token; it is made on first use.

    An unknown token gets a new cart under a new token: put `cart.token` into the session.
    """
    if customer is not None:
        return Cart.objects.select_related("customer").get_or_create(customer=customer)[0]
    found = Cart.objects.filter(token=token, customer=None).first() if token else None
    return found or Cart.objects.create()


@command
def add_to_cart(*, cart_id: int, sku_id: int, quantity: int) -> CartLine:
    """Add units of a SKU. Refuses what is not for sale and more than 9,999 units, naming the field."""
    cart, sku = _lock_cart(cart_id), _sellable(sku_id)
    line = CartLine.objects.filter(cart=cart, sku=sku).first()
    _check_quantity(sku, quantity, already=line.quantity if line else 0)
    if line:
        line.quantity += quantity
        line.save(update_fields=["quantity"])
        return line
    _check_room(cart)
    return CartLine.objects.create(cart=cart, sku=sku, quantity=quantity)


@command
def set_quantity(*, cart_id: int, sku_id: int, quantity: int) -> None:
    """Make it that many units of a SKU; 0 removes the line. Refuses what is not for sale and absurd quantities."""
    cart = _lock_cart(cart_id)
    if quantity == 0:
        CartLine.objects.filter(cart=cart, sku_id=sku_id).delete()
        return
    sku = _sellable(sku_id)
    _check_quantity(sku, quantity)
    if not CartLine.objects.filter(cart=cart, sku=sku).update(quantity=quantity):
        _check_room(cart)
        CartLine.objects.create(cart=cart, sku=sku, quantity=quantity)


@command
def remove_line(*, cart_id: int, sku_id: int) -> None:
    """Take a SKU out of the cart; it may be gone already."""
    CartLine.objects.filter(cart=_lock_cart(cart_id), sku_id=sku_id).delete()


@command
def pick_coupons(*, cart_id: int, coupon_ids: Sequence[int] | None) -> None:
    """Use exactly these coupons, or with None the best ones. Refuses coupons of somebody else."""
    cart = _lock_cart(cart_id)
    picked = None if coupon_ids is None else sorted(set(coupon_ids))
    if picked:
        own = set(Coupon.objects.filter(pk__in=picked, customer=cart.customer_id).values_list("pk", flat=True))
        if cart.customer_id is None or own != set(picked):
            raise CannotBuy(N_("Choose coupons from your own wallet."), field="coupons")
    cart.picked_coupons = picked
    cart.save(update_fields=["picked_coupons", "updated_at"])


@command
def set_region(*, cart_id: int, region: str) -> None:
    """Say where the goods go: offers may depend on it."""
    cart = _lock_cart(cart_id)
    if len(region) > Cart._meta.get_field("region").max_length:
        raise CannotBuy(N_("The region is too long."), field="region")
    cart.region = region
    cart.save(update_fields=["region", "updated_at"])


@command
def merge_carts(*, token: UUID, customer: Customer) -> Cart:
    """At sign-in: the guest's lines move into the customer's cart, pieces and lines up to the most that is allowed.

    So do the gifts that the guest picked, where the customer has not picked others.

    Safe to repeat: the guest's cart is gone after the first time.
    """
    locking("customer")
    Customer.objects.select_for_update().get(pk=customer.pk)
    cart = _lock_cart(Cart.objects.get_or_create(customer=customer)[0].pk)
    guest = Cart.objects.select_for_update().filter(token=token, customer=None).first()
    if guest is not None:
        _move_lines(guest, cart)
        cart.picked_gifts = guest.picked_gifts | cart.picked_gifts
        cart.save(update_fields=["picked_gifts", "updated_at"])
        guest.delete()
    return Cart.objects.select_related("customer").get(pk=cart.pk)


def _move_lines(guest: Cart, cart: Cart) -> None:
    own = {line.sku_id: line for line in cart.lines.all()}
    for line in guest.lines.select_related("sku").order_by("pk"):
        if here := own.get(line.sku_id):
            most = max(here.quantity, most_units_of(line.sku))
            here.quantity = min(here.quantity + line.quantity, most)
            here.save(update_fields=["quantity"])
        elif len(own) < MAX_LINES:
            own[line.sku_id] = CartLine.objects.create(cart=cart, sku_id=line.sku_id, quantity=line.quantity)


def _lock_cart(cart_id: int) -> Cart:
    locking("cart")
    return Cart.objects.select_for_update().get(pk=cart_id)


def _sellable(sku_id: int) -> Sku:
    sku = sellable_skus().filter(pk=sku_id).first()
    if sku is None:
        raise CannotBuy(N_("This product is not for sale any more."), field="sku")
    return sku


def _check_quantity(sku: Sku, quantity: int, *, already: int = 0) -> None:
    if quantity < 1:
        raise CannotBuy(N_("Order at least one piece."), field="quantity")
    most = most_units_of(sku)
    if already + quantity > most:
        raise CannotBuy(N_("A cart holds at most %(most)s pieces of this product."), field="quantity", most=most)
    free = free_of(sku)
    if free is not None and already + quantity > free:
        _check_left(already + quantity, left=most_for_anybody(sku) or 0)


def _check_left(quantity: int, *, left: int) -> None:
    """Refuse what nobody could have; what this shopper may have of it, the quote says."""
    if quantity > left:
        text = N_("Only %(left)s pieces of this product are left.") if left else N_("This product is sold out.")
        raise CannotBuy(text, field="quantity", **({"left": left} if left else {}))


def _check_room(cart: Cart) -> None:
    if cart.lines.count() >= MAX_LINES:
        raise CannotBuy(N_("A cart holds at most %(most)s different products."), field="sku", most=MAX_LINES)
