"""Links to claim by, and the coupon that comes by itself: looking claims nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coupons.links import Link, write_channel, write_link
from coupons.models import Coupon, Partner
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_claim_campaign

pytestmark = pytest.mark.django_db
WORDS = "This link cannot be used."


@pytest.fixture
def private():
    return make_claim_campaign(positions=[], by_link=True, name="For friends")


def page(campaign, **fields):
    said = {"generation": campaign.link_generation, "ends_at": timezone.now() + timedelta(hours=1)} | fields
    return reverse("storefront:private_link", args=[write_link(Link(campaign.pk, **said))])


@pytest.mark.req("CPN-05")
def test_opening_a_private_link_claims_nothing_and_its_button_once(member, customer, private):
    address = page(private, customer_id=customer.pk)
    for _ in range(2):
        assert f'action="{address}"' in member.get(address).text
    assert not Coupon.objects.exists()
    for _ in range(2):
        assert member.post(address)["Location"] == "/wallet/"
    assert Coupon.objects.get().customer == customer


@pytest.mark.req("CPN-05")
def test_guest_signs_in_and_comes_back_to_the_link(guest, private):
    address = page(private)
    assert "Sign in and claim" in guest.get(address).text
    assert guest.post(address)["Location"].startswith("/sign-in/?next=%2Fcoupons%2Flink%2F")


@pytest.mark.req("CPN-05")
def test_bad_links_answer_with_the_same_page(member, private):
    addresses = [
        page(private, ends_at=timezone.now() - timedelta(seconds=1)),
        page(private, generation=9),
        page(private, customer_id=make_customer().pk),
        page(make_claim_campaign()),
        reverse("storefront:private_link", args=["1.1.1.0~forged"]),
        reverse("storefront:private_link", args=["優惠券" * 100]),
    ]
    for address in addresses:
        for answer in (member.get(address), member.post(address)):
            assert (answer.status_code, WORDS in answer.text) == (404, True)
    assert not Coupon.objects.exists()


@pytest.mark.req("CPN-05")
def test_private_coupons_are_on_no_page_and_cannot_be_claimed_there(member, private):
    for address in ("/", "/coupons/", "/cart/", "/products/?q=friends"):
        assert "For friends" not in member.get(address).text
    for position in ("home", "link", "partner", ""):
        member.post(f"/coupons/{private.pk}/claim/", {"seq": 1, "position": position})
    assert not Coupon.objects.exists()


@pytest.mark.req("CPN-03")
def test_claims_through_a_partner_are_counted_for_its_channel(member, private):
    partner = Partner.objects.create(code="wechat", name="WeChat")
    campaign = make_claim_campaign(positions=["partner"], place_rules={"partner:wechat": {}})
    address = reverse("storefront:channel", args=[write_channel(campaign.pk, "wechat")])
    channel = member.get(address).context["channel"]
    claim = f"/coupons/{campaign.pk}/claim/"
    other = write_channel(private.pk, "wechat")
    for forged in ("", "x", other):
        member.post(claim, {"seq": 1, "position": "partner", "channel": forged})
    assert not Coupon.objects.exists()
    answer = member.post(claim, {"seq": 1, "position": "partner", "channel": channel}, headers={"HX-Request": "true"})
    assert "Claimed" in answer.text
    assert Coupon.objects.get().place == "partner:wechat"
    Partner.objects.filter(pk=partner.pk).update(is_active=False)
    assert member.get(address).status_code == 404


@pytest.mark.req("CPN-03")
def test_pop_up_comes_after_the_page_and_not_again_for_its_time(client, guest, member):
    loader = reverse("storefront:popup")
    assert loader not in guest.get("/").text
    make_claim_campaign(positions=["home_popup"], place_rules={"home_popup": {"every_hours": 1}})
    for visitor in (guest, member):
        assert loader in visitor.get("/").text
        assert "<dialog open" not in visitor.get("/").text
        assert "<dialog open" in visitor.post(loader).text
        assert visitor.post(loader).content == b""
    assert guest.get(loader).url == "/"


@pytest.mark.req("CPN-03")
def test_customer_has_seen_the_pop_up_on_another_device_too(member, customer, client):
    make_claim_campaign(positions=["home_popup"])
    member.post(reverse("storefront:popup"))
    member.session.flush()
    client.force_login(customer.user)
    assert client.post(reverse("storefront:popup")).content == b""
