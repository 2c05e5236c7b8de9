"""Where an attempt comes from: marks that only we give, addresses that only our proxy tells."""

from datetime import timedelta

import pytest
from django.test import override_settings

from coupons.models import RiskAttempt
from coupons.risk.origin import digest_of_address
from promo_site.proxies import visitor_address
from storefront.devices import COOKIE, new_mark, read_mark
from tests.factories import NOON
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_claim_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]


def test_mark_tells_its_token_and_age_and_a_forged_one_is_none():
    mark = new_mark(NOON)
    token, hours = read_mark(mark, at=NOON + timedelta(hours=5))
    assert (hours, len(token)) == (5, 22)
    other = new_mark(NOON)
    forged = other.partition(".")[0] + "." + mark.partition(".")[2]
    for wrong in ("", "x", token, f"{token}.1:abc", forged, mark[:-1], "é" * 50, mark + "\0", "a" * 5_000):
        assert read_mark(wrong, at=NOON) is None, wrong


def test_first_page_of_the_shop_marks_the_device_once_and_the_office_never(client):
    first = client.get("/coupons/")
    cookie = first.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert COOKIE not in client.get("/").cookies
    client.cookies[COOKIE] = "forged"
    assert COOKIE in client.get("/").cookies
    client.cookies.clear()
    assert COOKIE not in client.get("/admin/login/").cookies


@override_settings(AXES_CLIENT_IP_CALLABLE="promo_site.proxies.visitor_address")
def test_claim_notes_who_the_proxy_saw_and_no_mark_where_it_is_forged(client, django_user_model):
    campaign = make_claim_campaign(per_customer=3)
    customer = make_customer(user=django_user_model.objects.create_user("mei"))
    client.force_login(customer.user)
    headers = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9"}
    client.cookies[COOKIE] = "forged:1:abc"
    client.post(
        f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "coupon_centre"}, REMOTE_ADDR="10.0.0.2", **headers
    )
    client.get("/coupons/")
    client.post(
        f"/coupons/{campaign.pk}/claim/", {"seq": 2, "position": "coupon_centre"}, REMOTE_ADDR="198.51.100.4", **headers
    )
    first, second = RiskAttempt.objects.order_by("pk")
    assert (bytes(first.address), first.device, first.device_hours) == (digest_of_address("203.0.113.9"), None, -1)
    assert (bytes(second.address), second.device_hours) == (digest_of_address("198.51.100.4"), 0)
    assert len(second.device) == 16


@pytest.mark.parametrize(
    ("peer", "told", "believed"),
    [
        ("10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.1", "1.1.1.1", "203.0.113.1"),
        ("203.0.113.1", "", "203.0.113.1"),
        ("nonsense", "1.1.1.1", "nonsense"),
    ],
)
def test_header_counts_from_a_trusted_proxy_only(rf, peer, told, believed):
    assert visitor_address(rf.get("/", HTTP_X_FORWARDED_FOR=told, REMOTE_ADDR=peer)) == believed
