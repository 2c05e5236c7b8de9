from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from coupons.commands.redemption import lock_coupons
from coupons.models import ClaimCampaign, Coupon
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import locked_until, make_claim_campaign, make_coupon, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07")]

LIST = reverse("admin:coupons_coupon_changelist")


@pytest.fixture
def service(client):
    user = make_user("sam", groups=["service"])
    client.force_login(user)
    return user


def page_of(coupon):
    return reverse("admin:coupons_coupon_change", args=[coupon.pk])


def row_of(page, coupon):
    (row,) = [row for row in page.content.decode().split("<tr") if str(coupon.number)[:8] in row]
    return row


def test_list_tells_the_state_by_row_and_clock(client, service):
    now = timezone.now()
    unused, expired = make_coupon(at=now), make_coupon(at=now - timedelta(days=2), valid_until=now)
    locked = make_coupon(at=now)
    lock = {"customer_id": locked.customer_id, "order_key": uuid4(), "deadline": now + timedelta(hours=1), "at": now}
    lock_coupons(coupon_ids=[locked.pk], **lock)
    page = client.get(LIST)
    assert "unused" in row_of(page, unused)
    assert "expired" in row_of(page, expired)
    assert "awaiting payment" in row_of(page, locked)


def test_list_is_filtered_by_what_it_shows(client, service):
    now = timezone.now()
    unused, expired = make_coupon(at=now), make_coupon(at=now - timedelta(days=2), valid_until=now)
    kept, overdue = (locked_until(make_coupon(at=now), now + timedelta(hours=hours)) for hours in (1, -1))
    for drawer, meant in (("unused", {unused, overdue}), ("expired", {expired}), ("awaiting_payment", {kept})):
        assert set(client.get(LIST, {"drawer": drawer}).context["cl"].queryset) == meant
    assert client.get(LIST, {"drawer": "x"}).context["cl"].queryset.count() == 4


def test_coupon_is_found_by_number_customer_and_name(client, service):
    wanted = make_coupon(template=make_template(name="Tea time"), customer=make_customer("c-77", name="Lin"))
    other = make_coupon()
    for words in (str(wanted.number)[:8], str(wanted.number), "c-77", "Lin", "Tea time"):
        found = client.get(LIST, {"q": words}).content.decode()
        assert str(wanted.number)[:8] in found
        assert str(other.number)[:8] not in found


def test_page_of_a_coupon_shows_its_steps_and_changes_nothing(client, service):
    coupon, now = make_coupon(at=timezone.now()), timezone.now()
    order_key = uuid4()
    lock = {"customer_id": coupon.customer_id, "order_key": order_key, "deadline": now + timedelta(hours=1), "at": now}
    lock_coupons(coupon_ids=[coupon.pk], **lock)
    page = client.get(page_of(coupon)).content.decode()
    assert "kept for an order" in page
    assert str(order_key) in page
    assert client.post(page_of(coupon), {"state": "used"}).status_code == 403
    assert client.get(reverse("admin:coupons_coupon_add")).status_code == 403
    assert client.post(reverse("admin:coupons_coupon_delete", args=[coupon.pk])).status_code == 403
    assert Coupon.objects.get().state == "locked"


def test_filters_and_queries_do_not_grow_with_the_rows(client, service, django_assert_max_num_queries):
    template = make_template()
    for _ in range(10):
        make_coupon(template=template)
    with django_assert_max_num_queries(14):
        assert client.get(LIST, {"drawer": "unused"}).status_code == 200


def test_queries_do_not_grow_with_the_templates_and_claim_campaigns(client, service, django_assert_max_num_queries):
    for _ in range(5):
        make_claim_campaign()
        make_template(approved=False)
    with django_assert_max_num_queries(14):
        page = client.get(LIST)
    assert str(ClaimCampaign.objects.first()) in page.content.decode()
