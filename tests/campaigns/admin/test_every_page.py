import pytest
from django.contrib import admin
from django.urls import reverse

from campaigns.commands.interventions import Wish, ask_for
from tests.factories import NOON
from tests.factories.audience import make_level, make_list, make_segment, make_tag
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.pricing import make_category, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-03")]

ADMINS = {
    f"{model._meta.app_label}.{model._meta.model_name}": model
    for model in admin.site._registry
    if model._meta.app_label in ("pricing", "campaigns")
}
MAY_ADD = {
    "operator": {
        "pricing.shop",
        "pricing.category",
        "pricing.product",
        "pricing.sku",
        "campaigns.campaign",
        "campaigns.festival",
        "campaigns.segment",
        "campaigns.customerlist",
        "campaigns.tag",
        "campaigns.tagcategory",
        "campaigns.memberlevel",
    },
    "approver": {"campaigns.conflictlimits", "campaigns.reviewlimit", "campaigns.loadtest"},
}


@pytest.fixture
def rows():
    make_category(parent=make_category())
    make_sku(cost_cents=100, on_hand=9)
    make_customer()
    make_campaign("percent_off", stock=5, budget_cents=100)
    make_revision()
    make_tag("reader", make_customer())
    make_list(make_customer())
    make_level("gold")
    make_segment({"all": [{"is": "phone_verified", "of": []}]})
    wish = Wish(deed="pause", reason="wrong price")
    ask_for(campaign_id=make_campaign().pk, wish=wish, by=make_user(groups=["operator"]), at=NOON)


def test_back_office_shows_the_whole_catalogue_and_the_campaigns():
    assert set(ADMINS) == {
        "campaigns.auditentry",
        "campaigns.campaign",
        "campaigns.conflictlimits",
        "campaigns.customer",
        "campaigns.festival",
        "campaigns.intervention",
        "campaigns.loadtest",
        "campaigns.reviewlimit",
        "campaigns.segment",
        "campaigns.customerlist",
        "campaigns.tag",
        "campaigns.tagcategory",
        "campaigns.memberlevel",
        "pricing.category",
        "pricing.job",
        "pricing.onhandstock",
        "pricing.product",
        "pricing.shop",
        "pricing.sku",
        "pricing.stockmovement",
    }


@pytest.mark.parametrize("role", ["operator", "approver", "finance", "service"])
def test_every_list_and_form_opens_for_those_who_may(client, rows, role):
    client.force_login(make_user(groups=[role]))
    for name in sorted(ADMINS):
        *opened, added = _answers(client, name)
        assert (name, set(opened)) == (name, {200})
        assert (name, added) == (name, 200 if name in MAY_ADD.get(role, ()) else 403)


def _answers(client, name):
    """Return what the list, a search in it, each row's page and the form of a new one answer."""
    listing, change, add = (f"admin:{name.replace('.', '_')}_{page}" for page in ("changelist", "change", "add"))
    pages = [reverse(change, args=[row.pk]) for row in ADMINS[name].objects.all()]
    paths = [reverse(listing), f"{reverse(listing)}?q=a", *pages, reverse(add)]
    return [client.get(path).status_code for path in paths]


ACTS = {
    "operator": {"submit", "pause", "resume", "stop", "withdraw", "take_back", "revise", "discard", "duplicate"},
    "approver": {"approve", "reject", "pause", "resume", "stop", "withdraw", "take_back"},
    "finance": set(),
    "service": set(),
}


@pytest.mark.parametrize("role", ACTS)
def test_acts_are_forbidden_to_those_who_may_not_by_get_and_by_post(client, role):
    campaign = make_campaign()
    client.force_login(make_user(groups=[role]))
    for code in ACTS["operator"] | ACTS["approver"]:
        url = reverse("admin:campaigns_campaign_act", args=[campaign.pk, code])
        if code in ACTS[role]:
            assert client.get(url).status_code in (200, 302)
        else:
            assert (client.get(url).status_code, client.post(url, {"reason": "x"}).status_code) == (403, 403)
    campaign.refresh_from_db()
    assert campaign.state == "approved"


def test_shoppers_and_strangers_are_sent_to_the_login(client):
    campaign = make_campaign()
    url = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "stop"])
    for user in (None, make_user()):
        if user:
            client.force_login(user)
        assert client.post(url, {"reason": "x"}).url.startswith(reverse("admin:login"))
    campaign.refresh_from_db()
    assert campaign.state == "approved"


def test_unknown_campaign_and_unknown_act_are_not_found(client):
    client.force_login(make_user(groups=["operator"]))
    campaign = make_campaign()
    assert client.get(reverse("admin:campaigns_campaign_act", args=[campaign.pk, "explode"])).status_code == 404
    assert client.get(reverse("admin:campaigns_campaign_act", args=[999_999, "stop"])).status_code == 404
    assert client.get(reverse("admin:campaigns_campaign_edit", args=[999_999])).status_code == 404
