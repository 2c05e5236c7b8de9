import pytest
from django.urls import reverse

from campaigns.commands.staff_notices import tell_staff
from campaigns.models import StaffNotice
from pricing.engine.messages import Message
from tests.factories import NOON
from tests.factories.campaigns import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

PAGE = reverse("desk:notices")


@pytest.fixture
def user(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


def tell(user, thing):
    text = Message("“%(thing)s” was approved by %(who)s.", {"thing": thing, "who": "adam"})
    return tell_staff(users=[user], text=text, link="/admin/campaigns/campaign/", at=NOON)[0]


def test_bell_counts_what_is_unread_on_every_page(client, user):
    for thing in ("Tea", "Cups"):
        tell(user, thing)
    assert 'aria-label="2 unread notices"' in client.get(reverse("admin:index")).content.decode()
    assert 'aria-label="2 unread notices"' in client.get(PAGE).content.decode()


def test_notice_leads_to_its_matter_and_is_read_then(client, user):
    notice = tell(user, "<b>Tea</b>")
    page = client.get(PAGE).content.decode()
    assert "“&lt;b&gt;Tea&lt;/b&gt;” was approved by adam." in page
    address = reverse("desk:open_notice", args=[notice.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).url == "/admin/campaigns/campaign/"
    assert StaffNotice.objects.get().read_at is not None
    assert "unread" not in client.get(reverse("admin:index")).content.decode()


def test_notices_of_others_do_not_exist(client, user):
    notice = tell(make_user(), "Tea")
    assert "Tea" not in client.get(PAGE).content.decode()
    assert client.post(reverse("desk:open_notice", args=[notice.pk])).status_code == 404
    client.post(reverse("desk:read_all"))
    assert StaffNotice.objects.get().read_at is None


def test_shop_pages_ask_for_no_notices(client, user, django_assert_num_queries):
    tell(user, "Tea")
    assert b"promo-bell" not in client.get("/").content
