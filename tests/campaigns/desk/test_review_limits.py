from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.commands.campaigns import submit_campaign
from campaigns.models import Campaign, ReviewLimit
from tests.campaigns.admin.pages import act_of, page_of
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

ADD = reverse("admin:campaigns_reviewlimit_add")
LIST = reverse("admin:campaigns_reviewlimit_changelist")
TYPED = {"kind": "campaigns.campaign", "depth_bp": "15", "budget_cents": "1000", "reason": "autumn sale"}


def test_approver_sets_limits_and_the_list_is_their_history(client):
    client.force_login(make_user("adam", groups=["approver"]))
    for depth in ("30", "15"):
        client.post(ADD, TYPED | {"depth_bp": depth})
    assert list(ReviewLimit.objects.order_by("pk").values_list("depth_bp", "budget_cents")) == [
        (3_000, 100_000),
        (1_500, 100_000),
    ]
    page = client.get(LIST).content.decode()
    assert ("15 %" in page, "30 %" in page, page.count("autumn sale")) == (True, True, 2)


def test_reason_is_asked_for_and_nobody_else_sets_limits(client):
    client.force_login(make_user("adam", groups=["approver"]))
    assert "reason" in client.post(ADD, TYPED | {"reason": " "}).context["adminform"].form.errors
    for role in ("operator", "finance", "service"):
        client.force_login(make_user(groups=[role]))
        assert client.post(ADD, TYPED).status_code == 403
        assert client.get(LIST).status_code == 200
    assert not ReviewLimit.objects.exists()


def test_approvers_see_why_two_are_needed_and_who_has_approved(client):
    operator = make_user("olga", groups=["operator"])
    adam, anna = make_user("adam", groups=["approver"]), make_user("anna", groups=["approver"])
    make_sku("TEA", list_cents=10_000)
    ReviewLimit.objects.create(kind="campaigns.campaign", depth_bp=1_500, reason="x", by=make_checker(), at=NOON)
    revision = make_revision("percent_off", author=operator, starts_at=NOON, ends_at=timezone.now() + timedelta(days=1))
    submit_campaign(revision_id=revision.pk, by=operator, at=NOON)
    revision.refresh_from_db()
    campaign = revision.campaign

    client.force_login(adam)
    assert "0 of 2 so far" in client.get(act_of(campaign, "approve")).content.decode()
    answer = client.post(act_of(campaign, "approve"), {"seen": revision.content_hash, "reason": "ok"}, follow=True)
    page = answer.content.decode()
    assert "Your approval is recorded, the first of two." in page
    assert "1 of 2 so far" in page
    assert "It takes 20 % off (TEA): 5 points above the limit of 15 %." in page
    assert "approve" not in [act.code for act in answer.context["acts"]]

    client.force_login(anna)
    assert "Approved by adam" in client.get(page_of(campaign)).content.decode()
    client.post(act_of(campaign, "approve"), {"seen": revision.content_hash})
    assert Campaign.objects.get().state == "approved"
