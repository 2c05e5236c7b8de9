"""Cart -> Quote: gathers offers and facts in a constant number of queries and calls the engine."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from campaigns.models import Customer
from campaigns.selectors.facts import campaign_facts
from coupons.selectors.wallet import held_coupons
from pricing.engine.cart import Cart, CartLine, ShippingFee
from pricing.engine.choices import Choices
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.quote import Quote, price_cart
from pricing.models import ProductKind, Sku
from storefront import models
from storefront.book_pages import current_book
from storefront.priced import BookPage, Priced
from storefront.selectors.cart import lines_of
from storefront.selectors.catalogue import is_sellable
from storefront.selectors.shopper import shopper_of

__all__ = ["Wanted", "current_book", "facts_for", "price_cart_row", "price_wanted", "quote_cart"]

BEST_COUPONS = Choices()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants how many of what, where and when; SKUs come with product, shop and category lineage."""

    units: Sequence[tuple[Sku, int]]
    customer: Customer | None
    at: datetime
    region: str = ""

    @property
    def cart(self) -> Cart:
        """What the engine is told. The line key is the SKU's primary key."""
        return Cart(
            lines=tuple(_line_of(sku, quantity) for sku, quantity in self.units),
            at=self.at,
            shopper=shopper_of(self.customer),
            region=self.region,
            shipping=_shipping_of(sku for sku, _ in self.units),
            currency=settings.CURRENCY,
        )


def quote_cart(*, cart: models.Cart, at: datetime, choices: Choices | None = None) -> Quote:
    """Price the buyable lines of a cart for its owner at a moment, with the coupons picked in it."""
    return price_cart_row(cart=cart, at=at, choices=choices).quote


def price_cart_row(*, cart: models.Cart, at: datetime, choices: Choices | None = None) -> Priced:
    """`quote_cart`, with everything that shows or stores the quote. Lines that may not be bought stay out."""
    units = tuple((line.sku, line.quantity) for line in lines_of(cart) if is_sellable(line.sku))
    wanted = Wanted(units=units, customer=cart.customer, at=at, region=cart.region)
    return price_wanted(wanted, choices=choices_in(cart) if choices is None else choices)


def price_wanted(wanted: Wanted, *, choices: Choices = BEST_COUPONS) -> Priced:
    """Price units of SKUs without a cart row: product pages, previews."""
    page, cart = current_book(at=wanted.at), wanted.cart
    coupons = held_coupons(customer=wanted.customer, at=wanted.at) if wanted.customer else ()
    facts = facts_for(page, carts=[cart], customer=wanted.customer, coupons=coupons)
    return Priced(cart, page, facts, choices, price_cart(cart, page.book, facts, choices))


def choices_in(cart: models.Cart) -> Choices:
    """Return the choices stored in a cart: no list of coupons means the best ones."""
    if cart.picked_coupons is None:
        return BEST_COUPONS
    return Choices(coupons=frozenset(f"coupon:{pk}" for pk in cart.picked_coupons))


def facts_for(
    page: BookPage, *, carts: Collection[Cart], customer: Customer | None, coupons: tuple[HeldCoupon, ...]
) -> Facts:
    """Return stock, limits and budgets of the campaigns that touch these carts."""
    touching = {offer.id for cart in carts for offer in page.book.touching(cart)}
    campaign_ids = {page.campaigns[offer].campaign_id for offer in touching if offer in page.campaigns}
    at = next((cart.at for cart in carts), None)
    if not campaign_ids or at is None:
        return Facts(coupons=coupons)
    left = campaign_facts(campaign_ids=campaign_ids, customer=customer, at=at)
    return Facts(
        units_left=left.units_left,
        uses_left=left.uses_left,
        budget_left_cents=left.budget_left_cents,
        coupons=coupons,
    )


def _line_of(sku: Sku, quantity: int) -> CartLine:
    product = sku.product
    return CartLine(
        key=str(sku.pk),
        shop=product.shop.code,
        sku=sku.code,
        product=product.code,
        list_cents=sku.list_cents,
        quantity=quantity,
        categories=frozenset(category.code for category in product.category.lineage),
        kind=product.kind,
        floor_cents=sku.floor_cents,
        discountable=not product.never_discounted,
    )


def _shipping_of(skus: Iterable[Sku]) -> tuple[ShippingFee, ...]:
    """A shop sends what can be touched; cards and services cost no shipping."""
    shops = {sku.product.shop for sku in skus if sku.product.kind == ProductKind.PHYSICAL}
    return tuple(ShippingFee(shop.code, shop.shipping_fee_cents) for shop in sorted(shops, key=lambda shop: shop.code))
