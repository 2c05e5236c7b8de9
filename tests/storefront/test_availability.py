"""What is sold out is said before the checkout, and the checkout says how many pieces are left."""

import pytest

from pricing.clock import database_now
from pricing.commands.on_hand import Act
from pricing.commands.stock_keeping import correct
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.commands.cart import add_to_cart, set_quantity
from storefront.models import Cart, CartLine, Order
from storefront.quoting import price_cart_row, price_for_checkout, price_skus
from storefront.refusals import CannotBuy, NoneLeft, PriceChanged
from storefront.selectors.cart_view import cart_view
from storefront.selectors.catalogue import sellable_skus
from storefront.selectors.promo_page import skus_in_campaign
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order, order_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]


def lose(sku, units):
    correct(sku_id=sku.pk, units=-units, source=f"lost {sku.code} {units}", act=Act(database_now(), reason="stolen"))


def view_of(cart):
    cart = Cart.objects.get(pk=cart.pk)
    return cart_view(cart=cart, priced=price_cart_row(cart=cart, at=database_now()))


def left(sku, customer=None):
    return price_skus(skus=sellable_skus().filter(pk=sku.pk), customer=customer, at=database_now())[sku.pk].left


def test_cart_prices_what_is_there_and_names_what_is_not():
    tea, cup, gone = make_sku(on_hand=5), make_sku(on_hand=9), make_sku(on_hand=1)
    cart = make_cart({tea: 5, cup: 2, gone: 1})
    lose(tea, 2)
    lose(gone, 1)
    view = view_of(cart)
    assert [(line.sku, line.quantity) for line in view.lines] == [(cup, 2)]
    assert {(row.sku, row.quantity, row.left) for row in view.unavailable} == {(tea, 5, 3), (gone, 1, 0)}
    assert view.total_cents == 20_000


def test_checkout_tells_what_has_run_out_since_and_orders_nothing():
    tea, cup = make_sku(on_hand=5), make_sku(on_hand=9)
    cart = make_cart({tea: 5, cup: 2})
    agreed = price_for_checkout(cart=cart, at=database_now()).quote.fingerprint
    lose(tea, 2)
    with pytest.raises(PriceChanged) as refused:
        order_cart(cart, agreed_fingerprint=agreed)
    said = refused.value.differences[0]
    assert said.msgid % said.figures == f"Only 3 pieces of {tea.local_name} are left."
    assert not Order.objects.exists()
    order_cart(cart)
    assert CartLine.objects.get().sku == tea


def test_checkout_of_nothing_but_what_is_gone_says_so():
    tea = make_sku(on_hand=5)
    cart = make_cart({tea: 5})
    lose(tea, 5)
    with pytest.raises(NoneLeft) as refused:
        order_cart(cart)
    assert refused.value.msgid % refused.value.figures == f"{tea.local_name} is sold out."


def test_nobody_puts_more_into_the_cart_than_anybody_could_have():
    sku = make_sku(on_hand=5)
    make_campaign("percent_off", stock={sku: 3})
    cart = make_cart({sku: 5})
    with pytest.raises(CannotBuy) as refused:
        add_to_cart(cart_id=cart.pk, sku_id=sku.pk, quantity=1)
    assert (refused.value.field, refused.value.figures) == ("quantity", {"left": 5})
    make_order({sku: 5})
    with pytest.raises(CannotBuy) as refused:
        set_quantity(cart_id=cart.pk, sku_id=sku.pk, quantity=1)
    assert refused.value.msgid == "This product is sold out."
    assert audit() == []


def test_reserved_pieces_are_there_for_those_who_get_the_price_and_for_nobody_else():
    sku = make_sku(on_hand=6)
    make_campaign("percent_off", stock={sku: 4}, limit_units=1)
    member = make_customer()
    cart = make_cart({sku: 4}, customer=member)
    assert [(row.quantity, row.left) for row in view_of(cart).unavailable] == [(4, 3)]
    set_quantity(cart_id=cart.pk, sku_id=sku.pk, quantity=3)
    assert order_cart(cart).total_cents == 28_000
    # the limit is used up, and what is left is reserved for others
    cart = make_cart({sku: 1}, customer=member)
    assert [(row.quantity, row.left) for row in view_of(cart).unavailable] == [(1, 0)]
    assert (left(sku, member), left(sku)) == (0, 3)
    assert audit() == []


def test_line_that_leaves_takes_the_campaign_of_another_line_with_it():
    # given 300.00 reached only with the tea, which has run out; the cups come from the reservation alone
    tea, cup = make_sku(on_hand=1, list_cents=25_000), make_sku(on_hand=2, list_cents=5_000)
    make_campaign("spend_tiers", stock={cup: 2}, sku=[tea, cup], params=_from(30_000))
    cart = make_cart({tea: 1, cup: 1})
    assert view_of(cart).total_cents == 25_000
    lose(tea, 1)
    assert {(row.sku, row.left) for row in view_of(cart).unavailable} == {(tea, 0), (cup, 0)}


def _from(threshold_cents):
    return {"tiers": [{"threshold_cents": threshold_cents, "off_cents": 5_000}]}


def test_tag_knows_how_many_are_left_and_does_not_where_nobody_counts():
    counted, uncounted = make_sku(on_hand=3), make_sku()
    assert (left(counted), left(uncounted)) == (3, None)
    make_order({counted: 3})
    assert left(counted) == 0


def test_quotes_and_tags_ask_no_more_where_there_is_plenty(django_assert_max_num_queries):
    uncounted, counted = make_sku(), make_sku(on_hand=100)
    at = database_now()

    def queries(sku):
        with django_assert_max_num_queries(50) as asked:
            price_cart_row(cart=make_cart_of[sku], at=at)
            price_skus(skus=sellable_skus().filter(pk=sku.pk), customer=None, at=at)
        return len(asked)

    make_cart_of = {sku: make_cart({sku: 2}) for sku in (uncounted, counted)}
    assert queries(counted) == queries(uncounted)


@pytest.mark.req("CAM-08")
def test_sku_whose_activity_stock_is_used_up_leaves_the_campaign_page_and_comes_back_with_it():
    tea, cup = make_sku("TEA"), make_sku("CUP")
    revision = make_campaign("percent_off", stock={tea: 2, cup: 20}).current_revision
    order = make_order({tea: 2})
    assert [sku.code for sku in skus_in_campaign(revision)] == ["CUP"]
    cancel_order(order_id=order.pk, reason="changed my mind", at=database_now())
    assert [sku.code for sku in skus_in_campaign(revision)] == ["CUP", "TEA"]
