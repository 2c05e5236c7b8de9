"""The shop's addresses."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from storefront.views import (
    account,
    campaigns,
    cart,
    checkout,
    claim_links,
    codes,
    coupons,
    home,
    lotteries,
    messages,
    orders,
    payment,
    popup,
    products,
    refunds,
    wallet,
)


class CodeConverter(StringConverter):
    """Codes and numbers as people write them; no control characters, which PostgreSQL would not take."""

    regex = r"[^/\x00-\x1f]+"


register_converter(CodeConverter, "code")

app_name = "storefront"
urlpatterns = [
    path("", home.home, name="home"),
    path("products/", products.products, name="products"),
    path("products/<code:code>/", products.product, name="product"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("coupons/", coupons.coupon_centre, name="coupons"),
    path("coupons/<int:pk>/claim/", coupons.claim, name="claim"),
    path("coupons/popup/", popup.popup, name="popup"),
    path("coupons/via/<code:token>/", claim_links.channel, name="channel"),
    path("coupons/link/<code:token>/", claim_links.private_link, name="private_link"),
    path("lotteries/", lotteries.lotteries, name="lotteries"),
    path("lotteries/<int:pk>/", lotteries.lottery, name="lottery"),
    path("lotteries/<int:pk>/draw/", lotteries.draw, name="draw"),
    path("wallet/", wallet.my_wallet, name="wallet"),
    path("wallet/<int:pk>/goods/", wallet.coupon_goods, name="coupon_goods"),
    path("wallet/code/", codes.redeem, name="redeem"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="cart_add"),
    path("cart/quantity/", cart.change_quantity, name="cart_quantity"),
    path("cart/remove/", cart.remove, name="cart_remove"),
    path("cart/gifts/", cart.choose_gifts, name="cart_gifts"),
    path("cart/claim/<int:pk>/", cart.claim_and_use, name="cart_claim"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/coupons/", checkout.choose_coupons, name="checkout_coupons"),
    path("checkout/claim/<int:pk>/", checkout.claim_and_use, name="checkout_claim"),
    path("checkout/region/", checkout.choose_region, name="checkout_region"),
    path("payments/notice/", payment.payment_notice, name="payment_notice"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<code:number>/", orders.order, name="order"),
    path("orders/<code:number>/pay/", payment.pay, name="pay"),
    path("orders/<code:number>/pay/failed/", payment.payment_failed, name="payment_failed"),
    path("orders/<code:number>/cancel/", orders.cancel, name="cancel"),
    path("orders/<code:number>/refund/", refunds.refund, name="refund"),
    path("account/", account.account, name="account"),
    path("account/birthday/", account.birthday, name="birthday"),
    path("account/contact/", messages.contact, name="contact"),
    path("account/reminders/", messages.reminders, name="reminders"),
    path("messages/", messages.messages_page, name="messages"),
    path("messages/read/", messages.read_all, name="messages_read"),
    path("messages/<int:pk>/", messages.open_message, name="message"),
    path("sign-in/", account.SignIn.as_view(), name="sign_in"),
    path("sign-up/", account.sign_up, name="sign_up"),
    path("sign-out/", account.SignOut.as_view(), name="sign_out"),
]
