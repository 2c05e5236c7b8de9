"""The side bar of the back office shows each person what they may see, and finance where the reports are."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

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
