"""On what the visitor shops, and prices for some terminals only."""

import pytest
from django.test import Client
from django.urls import reverse

from storefront.models import Cart, Order
from storefront.terminals import current_terminal, terminal_of
from tests.factories.audience import make_aimed
from tests.factories.campaigns import approve
from tests.factories.pricing import make_sku

pytestmark = pytest.mark.req("CAM-04")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"
TABLET = "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
COMPUTER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "terminal"),
    [
        (PHONE, "phone"),
        (ANDROID, "phone"),
        (TABLET, "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) AppleWebKit/605.1.15", "tablet"),
        (COMPUTER, "computer"),
        ("python-requests/2.31", ""),
        ("", ""),
    ],
)
def test_browser_tells_its_terminal(user_agent, terminal):
    assert terminal_of(user_agent) == terminal


@pytest.mark.django_db
def test_phones_see_and_pay_the_price_that_is_meant_for_phones():
    sku = make_sku("TEA")
    conditions = [{"code": "terminal", "params": {"terminals": ["phone"]}}]
    approve(make_aimed(benefit="percent_off", conditions=conditions))
    phone, computer = Client(headers={"User-Agent": PHONE}), Client(headers={"User-Agent": COMPUTER})
    page = reverse("storefront:product", args=[sku.product.code])
    assert [client.get(page).context["price"].tag_cents for client in (phone, computer)] == [8000, 10_000]
    phone.post(reverse("storefront:cart_add"), {"sku": sku.pk, "quantity": 1})
    shown = phone.get(reverse("storefront:checkout"))
    sent = {"name": "Li Lei", "phone": "13800000000", "region": "Beijing", "address": "1 Example Road"}
    form = shown.context["form"]
    sent |= {"key": shown.context["key"], "fingerprint": shown.context["view"].fingerprint}
    assert phone.post(reverse("storefront:checkout"), sent).status_code == 302, form.errors
    order = Order.objects.get()
    assert (order.total_cents, order.document["input"]["cart"]["terminal"]) == (8000, "phone")
    assert current_terminal() == ""
    assert not Cart.objects.get().lines.exists()
