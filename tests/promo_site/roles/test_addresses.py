"""Deny by default: every address of the back office and the API has a row that says for whom it is open."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from campaigns.commands.campaigns import submit_campaign
from campaigns.commands.interventions import Wish, ask_for
from campaigns.conflicts.making import make_report
from campaigns.models import Campaign, CampaignApproval
from coupons.commands.draws import draw
from pricing.models import Job
from tests.campaigns.admin.pages import LIST, act_of
from tests.factories import NOON
from tests.factories.audience import make_level, make_list, make_segment, make_tag
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.codes import make_code_pool
from tests.factories.compensations import make_compensation
from tests.factories.coupons import make_claim_campaign, make_coupon
from tests.factories.grants import make_grant
from tests.factories.lotteries import make_lottery
from tests.factories.member_gifts import make_member_gift
from tests.factories.pricing import make_sku
from tests.factories.risk import make_block, make_held_claim, make_risk_limit
from tests.factories.storefront import make_paid_order, refund
from tests.promo_site.roles.addresses import ROLES, addresses, letters, quick_doors

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-03", "CAM-09")]

TABLE = Path(__file__).parent / "addresses.txt"
# What finance may send: it signs for itself, asks, or reads; nothing of the business changes.
ASKING = (
    "_changelist", "_history", "_explain", "_reach", "_go_to_reports", "_how_far", ":search", ":app_list", ":index",
    ":password_change", "desk:read_all", "desk:open_notice", "preview:sample", "preview:shop", "preview:end",
    "_summary", "_cover", "quotes", "_change", "_save_view", "_drop_view",
)  # fmt: skip


def table() -> dict[str, tuple[str, ...]]:
    """The rows of the table by name: for whom each method is open."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {name: tuple(open_for) for name, *open_for in lines}


def in_review(author):
    revision = make_revision(author=author, starts_at=NOON, ends_at=NOON.replace(year=2027))
    submit_campaign(revision_id=revision.pk, by=author, at=NOON)
    revision.refresh_from_db()
    return revision


@pytest.fixture
def house():
    """One row of every kind that an address may name, none of them by those who ask."""
    author = make_user("author", groups=["operator"])
    revision = in_review(author)
    wish = Wish(deed="pause", reason="typo")
    ask_for(campaign_id=make_campaign().pk, wish=wish, by=author, at=NOON)
    make_claim_campaign()
    make_coupon()
    make_code_pool(made=False)
    make_compensation()
    make_risk_limit()
    make_held_claim()
    make_block()
    make_customer("granted")
    make_grant("granted", given=False)
    make_member_gift()
    Job.objects.all().delete()
    draw(lottery_id=make_lottery().pk, customer_id=make_customer().pk, seq=1, at=NOON)
    sku = make_sku()
    refund(make_paid_order({sku: 1}), {sku: 1}, approved=False)
    make_segment({"all": [{"is": "phone_verified", "of": []}]})
    make_level("vip")
    make_tag("loyal")
    make_list()
    Job.objects.create(kind="unknown", by=author, asked_at=NOON)
    # Up to date with all of the above, so that nobody's visit has it made anew.
    make_report(revision, at=timezone.now(), progress=lambda done, total: None)


@pytest.fixture
def people():
    """One browser for each role, signed in."""
    users = {letter: make_user(role, groups=[role]) for letter, role in ROLES.items()}
    found = {letter: Client() for letter in users}
    for letter, client in found.items():
        client.force_login(users[letter])
    with quick_doors(users.values()):
        yield found


@pytest.mark.slow
def test_every_address_is_open_for_those_in_the_table_and_nobody_else(house, people):
    found = {
        address.name: tuple(letters(address.path, method, people) for method in address.methods)
        for address in addresses()
    }
    rows = table()
    assert sorted(set(found) - set(rows)) == [], "give these a row in addresses.txt"
    assert sorted(set(rows) - set(found)) == [], "these are gone: take their rows out of addresses.txt"
    assert {name: (found[name], rows[name]) for name in found if found[name] != rows[name]} == {}


def test_table_lets_operators_approve_nothing_and_finance_change_nothing():
    for name, (_, post, *_) in table().items():
        if name.endswith((":approve", ":reject", "_decide")):
            assert "o" not in post, name
            assert "f" not in post, name
        if "f" in post:
            assert name.endswith(ASKING), name


def test_operator_approves_by_no_bulk_action(client):
    make_sku()
    revision = in_review(make_user(groups=["operator"]))
    client.force_login(make_user(groups=["operator"]))
    offered = [value for value, _ in client.get(LIST).context["action_form"].fields["action"].choices if value]
    assert "submit_selected" in offered
    for action in [*offered, "approve_selected", "approve", "delete_selected"]:
        client.post(LIST, {"action": action, "_selected_action": [revision.campaign_id]})
    bulk = reverse("admin:campaigns_campaign_bulk", args=["approve"])
    client.post(bulk, {"ids": [revision.campaign_id], "campaigns": str(revision.campaign_id)})
    assert Campaign.objects.get(pk=revision.campaign_id).state == "in_review"
    assert not CampaignApproval.objects.filter(revision=revision).exists()


def test_deactivated_person_is_out_with_the_next_request(client):
    revision = in_review(make_user(groups=["operator"]))
    approver = make_user("adam", groups=["approver"])
    client.force_login(approver)
    assert client.get(act_of(revision.campaign, "approve")).status_code == 200
    approver.is_active = False
    approver.save()
    answer = client.post(act_of(revision.campaign, "approve"), {"seen": revision.content_hash})
    assert answer.url.startswith(reverse("admin:login"))
    assert Campaign.objects.get().state == "in_review"


def test_who_loses_the_role_is_out_with_the_next_request(client):
    revision = in_review(make_user(groups=["operator"]))
    approver = make_user("adam", groups=["approver"])
    client.force_login(approver)
    approver.groups.clear()
    answer = client.post(act_of(revision.campaign, "approve"), {"seen": revision.content_hash})
    assert answer.status_code == 403
    assert Campaign.objects.get().state == "in_review"


def test_token_of_a_deactivated_person_opens_nothing(client):
    user = make_user("integrator", groups=["operator"])
    header = {"HTTP_AUTHORIZATION": f"Token {Token.objects.create(user=user).key}"}
    assert client.get(reverse("api:campaigns"), **header).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(reverse("api:campaigns"), **header).status_code == 401
