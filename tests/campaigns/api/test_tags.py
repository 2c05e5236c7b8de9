"""Tags of customers over the API."""

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from rest_framework.authtoken.models import Token

from campaigns.models import TagChange
from tests.factories.audience import make_tag
from tests.factories.campaigns import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-18", "PLT-02")]
ADDRESS = "/api/v1/customers/M-1/tags/"


@pytest.fixture
def crm():
    """Another system that may set tags."""
    cache.clear()
    login = make_user("crm")
    for codename in ("view_customertag", "change_customertag"):
        login.user_permissions.add(Permission.objects.get(codename=codename))
    return Client(headers={"Authorization": f"Token {Token.objects.create(user=login).key}"})


def test_tag_is_put_on_and_taken_off_once(crm):
    make_customer("M-1")
    make_tag("tea", name="Tea lover")
    for _ in range(2):
        answer = crm.put(f"{ADDRESS}tea/")
        assert answer.status_code == 200
    (row,) = answer.json()["tags"]
    assert (row["tag"], row["name"], row["source"], row["by"]) == ("tea", "Tea lover", "api", "crm")
    assert crm.get(ADDRESS).json() == answer.json()
    for _ in range(2):
        assert crm.delete(f"{ADDRESS}tea/").json() == {"customer": "M-1", "tags": []}
    assert list(TagChange.objects.order_by("pk").values_list("is_set", flat=True)) == [True, False]


def test_what_cannot_be_done_is_refused_with_the_field(crm):
    make_customer("M-1")
    make_tag("kept", rule={"all": [{"is": "phone_verified", "of": []}]})
    for address, field in (
        (f"{ADDRESS}coffee/", "tag"),
        (f"{ADDRESS}kept/", "tag"),
        ("/api/v1/customers/M-9/tags/kept/", "customer"),
        ("/api/v1/customers/M%00/tags/kept/", "customer"),
    ):
        answer = crm.put(address)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_without_the_permission_nothing_is_read_or_changed(crm):
    make_customer("M-1")
    make_tag("tea")
    token = Token.objects.create(user=make_user("shop")).key
    other = Client(headers={"Authorization": f"Token {token}"})
    assert [other.get(ADDRESS).status_code, other.put(f"{ADDRESS}tea/").status_code] == [403, 403]
    assert Client().put(f"{ADDRESS}tea/").status_code == 401
    assert not TagChange.objects.exists()
