import pytest
from django.contrib.auth.models import Group

from tests.factories.campaigns import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-03")]


def test_there_are_four_roles():
    assert set(Group.objects.values_list("name", flat=True)) == {"operator", "approver", "service", "finance"}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        pytest.param("operator", "campaigns.submit_campaign", "campaigns.approve_campaign", id="operator"),
        pytest.param("approver", "campaigns.approve_campaign", "campaigns.change_campaign", id="approver"),
        pytest.param("service", "storefront.approve_refund", "campaigns.change_campaign", id="service"),
        pytest.param("finance", "storefront.view_order", "storefront.approve_refund", id="finance"),
    ],
)
def test_role_may_do_its_own_work_only(role, may, may_not):
    user = make_user(groups=[role])
    assert user.has_perm(may)
    assert not user.has_perm(may_not)


def test_finance_changes_nothing():
    held = make_user(groups=["finance"]).get_all_permissions()
    assert all(code.split(".")[1].startswith(("view_", "download_")) for code in held)
