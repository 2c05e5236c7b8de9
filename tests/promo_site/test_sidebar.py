"""The side bar of the back office shows each person what they may see, and finance where the reports are."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import RequestFactory
from django.urls import base, reverse

from promo_site.sidebar import side_bar
from tests.factories.campaigns import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-03")]

REPORTS = "/admin/reports/"
PEOPLE = "/admin/auth/user/"
CAMPAIGNS = "/admin/campaigns/campaign/"


@pytest.fixture
def side_bar_of(client):
    def links(role: str) -> list[str]:
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        text = client.get(reverse("admin:index")).content.decode()
        return [link for link in (REPORTS, PEOPLE, CAMPAIGNS) if f'href="{link}"' in text]

    return links


@pytest.mark.parametrize(
    ("role", "links"),
    [
        ("operator", [CAMPAIGNS]),
        ("approver", [CAMPAIGNS]),
        ("finance", [REPORTS, CAMPAIGNS]),
    ],
)
def test_side_bar_leads_everybody_to_their_work_and_nowhere_else(role, links, side_bar_of):
    assert side_bar_of(role) == links


def test_side_bar_asks_for_no_address_twice_and_for_permissions_once(monkeypatch, django_assert_num_queries):
    request = RequestFactory().get(CAMPAIGNS)
    request.user = make_user(groups=["operator"])
    side_bar(request)
    asked, get_resolver = [], base.get_resolver
    monkeypatch.setattr(base, "get_resolver", lambda *urlconf: asked.append(urlconf) or get_resolver(*urlconf))
    request.user = User.objects.get(pk=request.user.pk)
    with django_assert_num_queries(2):  # the permissions of the person, and those of the groups
        groups = side_bar(request)
    assert asked == []
    entries = [entry for group in groups for entry in group["items"]]
    assert [entry["link"] for entry in entries if entry["active"]] == [CAMPAIGNS]
    assert PEOPLE not in [entry["link"] for entry in entries]
