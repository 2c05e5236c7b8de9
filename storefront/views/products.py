"""The listing with search and filters, and the page of one product."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import Customer
from coupons.models import Position
from coupons.selectors.claimable import Claimable, claimable_in
from pricing.models import Category, Sku
from storefront.book_pages import current_book
from storefront.forms.shelf import ShelfForm
from storefront.price_tags import OPEN_POSITIONS, Offered, Seen, seen_by
from storefront.priced import PriceView
from storefront.quoting import Wanted
from storefront.selectors.catalogue import skus_of_product
from storefront.ticket_words import tickets_in_words
from storefront.views.cards import cards_at, matching, products_on_sale, shelf_of, skus_by_product, within
from storefront.views.clock import now_in
from storefront.views.visitor import customer_in

MORE_CARDS = 4


@never_cache
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    at, customer = now_in(request), customer_in(request)
    filters = ShelfForm(request.GET).filters()
    found = matching(products_on_sale(), filters["q"])
    category = _category(filters["category"])
    if category:
        found = within(found, category.code)
    shelf = shelf_of(found, filters=filters, customer=customer, at=at)
    context = {
        "at": at,
        "shelf": shelf,
        "filters": filters,
        "category": category,
        "narrower": category.children.all() if category else Category.objects.filter(parent=None),
    }
    return render(request, "storefront/products.html", context)


def _category(code: str) -> Category | None:
    return Category.objects.select_related("parent__parent").filter(code=code).first() if code else None


@never_cache
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    at, customer = now_in(request), customer_in(request)
    shown = products_on_sale().filter(code=code).first()
    if shown is None:
        raise Http404
    skus = list(skus_of_product(shown).order_by("pk"))  # sizes in the order in which they were entered
    offered = claimable_in(OPEN_POSITIONS, customer=customer, at=at)
    beside = skus_by_product(products_on_sale().filter(category=shown.category).exclude(pk=shown.pk)[:MORE_CARDS])
    seen = seen_by(customer, chain(skus, *beside.values()), at=at, offered=offered)
    prices = seen.prices()
    sku = next((found for found in skus if found.code == request.GET.get("sku")), _first_there(skus, prices))
    page = current_book(at=at)
    price = prices[sku.pk]
    context = {
        "at": at,
        "product": shown,
        "skus": skus,
        "sku": sku,
        "price": price,
        "with_coupons": _with_coupons(sku, price, seen),
        "sold_out": {found.pk for found in skus if prices[found.pk].is_sold_out},
        # What is announced comes first, nearest start first.
        "promotions": [
            (badge, page.campaigns.get(f"campaign:{badge.campaign_id}")) for badge in (*price.upcoming, *price.badges)
        ],
        **tickets_in_words(_tickets(sku, offered, customer, at), customer=customer, at=at),
        "more": cards_at(prices, beside),
    }
    return render(request, "storefront/product.html", context)


def _first_there(skus: Sequence[Sku], prices: Mapping[int, PriceView]) -> Sku:
    """What is shown first: the first that is not sold out."""
    return next((sku for sku in skus if not prices[sku.pk].is_sold_out), skus[0])


def _with_coupons(sku: Sku, price: PriceView, seen: Seen) -> str:
    """The coupons behind the price "with coupon", named; nothing where none lowers the price of one piece."""
    if price.with_coupon_cents >= price.from_cents:
        return ""
    return gettext(", ").join(gettext("“%(coupon)s”") % {"coupon": name} for name in seen.coupons_behind(sku))


def _tickets(sku: Sku, offered: Offered, customer: Customer | None, at: datetime) -> list[Claimable]:
    """Coupons to claim that may be used for this SKU."""
    offers = current_book(at=at).book.offers
    line = Wanted(units=((sku, 1),), customer=customer, at=at).cart.lines[0]
    here = [ticket for ticket in offered[Position.PRODUCT] if ticket.status != "not_for_you"]
    usable = ((ticket, offers.get(ticket.template_revision.offer_id)) for ticket in here)
    return [ticket for ticket, offer in usable if offer and offer.scope.meets(line) and line.discountable]
