from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coupons.commands.claiming import claim_coupon
from coupons.links import read_channel, read_link
from coupons.models import ClaimCampaign, Partner
from tests.coupons.admin.claim_pages import ADD, errors_of, page_of, posted
from tests.factories.audience import make_list
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import approve_claim_campaign, make_claim_campaign, make_claim_revision, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03")]


def test_places_are_stored_with_what_holds_there_and_shown_again(client, operator):
    Partner.objects.create(code="wechat", name="WeChat")
    typed = {
        "positions": ["home", "home_popup", "partner:wechat"],
        "positions_cost:home": "0.05",
        "positions_units:home": "30",
        "positions_hours:home_popup": "48",
        "positions_cost:partner:wechat": "1",
        "positions_units:cart": "9",  # a place that is not ticked
    }
    client.post(ADD, posted(make_template(), **typed))
    revision = ClaimCampaign.objects.get().revisions.get()
    assert revision.positions == ["home", "home_popup", "partner"]
    assert revision.place_rules == {
        "home": {"cost_cents": 5, "units": 30},
        "home_popup": {"every_hours": 48},
        "partner:wechat": {"cost_cents": 100},
    }
    edit = reverse("admin:coupons_claimcampaign_edit", args=[revision.claim_campaign_id])
    shown = client.get(edit).content.decode()
    assert 'name="positions_units:home" value="30"' in shown
    assert 'value="partner:wechat" checked' in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"positions": ["partner:nobody"]}, "no place"),
        ({"positions_cost:home": "much"}, "cost of a claim"),
        ({"positions_cost:home": "-1"}, "cost of a claim"),
        ({"positions_units:home": "0"}, "whole number"),
        ({"positions_units:home": "٣"}, "whole number"),
        ({"positions": ["home_popup"], "positions_hours:home_popup": "9999"}, "1 to 8760"),
        ({"by_link": "on"}, "one or the other"),
    ],
)
def test_places_that_say_nothing_are_refused_with_what_to_write(client, operator, typed, words):
    (error,) = errors_of(client.post(ADD, posted(make_template(), **typed)))["positions"]
    assert words in error
    assert not ClaimCampaign.objects.exists()


def test_page_tells_what_was_claimed_where_and_what_it_cost(client, operator):
    Partner.objects.create(code="wechat", name="WeChat")
    rules = {"home": {"cost_cents": 5}, "partner:wechat": {"cost_cents": 100, "units": 9}}
    campaign = make_claim_campaign(positions=["home", "partner"], place_rules=rules)
    for place in ("home", "home", "partner:wechat"):
        who = {"claim_campaign_id": campaign.pk, "customer_id": make_customer().pk}
        claim_coupon(**who, seq=1, at=timezone.now(), place=place)
    dearer = make_claim_revision(
        claim_campaign=campaign, positions=["home", "partner"], place_rules=rules | {"home": {"cost_cents": 7}}
    )
    approve_claim_campaign(dearer)
    claim_coupon(**who | {"customer_id": make_customer().pk}, seq=1, at=timezone.now(), place="home")
    rows = client.get(page_of(campaign)).context["places"]
    told = [(row.label, row.claimed, row.units, row.cost_text) for row in rows]
    assert told == [("home page", 3, None, "¥0.17"), ("Partner: WeChat", 1, 9, "¥1")]
    assert read_channel(rows[1].address.split("/")[-2]) == (campaign.pk, "wechat")


def links_page(campaign):
    return reverse("admin:coupons_claimcampaign_links", args=[campaign.pk])


def until(hours):
    end = timezone.localtime(timezone.now() + timedelta(hours=hours))
    return {"ends_at_0": f"{end:%Y-%m-%d}", "ends_at_1": f"{end:%H:%M:%S}"}


@pytest.mark.req("CPN-05")
def test_links_are_made_for_many_for_one_and_for_a_list_and_taken_back(client, operator):
    campaign, one, two = make_claim_campaign(positions=[], by_link=True), make_customer(), make_customer()
    chosen = make_list(one, two)
    page = links_page(campaign)
    assert page in client.get(page_of(campaign)).content.decode()
    for typed, customer in (({"whom": "anybody"}, None), ({"whom": "one", "customer": one.code}, one.pk)):
        address = client.post(page, typed | until(2)).context["link"]
        link = read_link(address.split("/")[-2])
        assert (link.claim_campaign_id, link.generation, link.customer_id) == (campaign.pk, 1, customer)
    rows = b"".join(client.post(page, {"whom": "list", "customers": chosen.pk} | until(2)).streaming_content)
    lines = rows.decode("utf-8-sig").split()[2:]
    told = [(code, read_link(address.split("/")[-2]).customer_id) for code, address in (x.split(",") for x in lines)]
    assert told == [(one.code, one.pk), (two.code, two.pk)]
    client.post(page, {"_take_back": "1", "reason": "leaked"})
    assert ClaimCampaign.objects.get().link_generation == 2
    assert list(campaign.transitions.values_list("move", flat=True)) == ["make_links"] * 3 + ["take_links_back"]


@pytest.mark.req("CPN-05")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"whom": "one", "customer": "nobody"}, "customer"),
        ({"whom": "list"}, "customers"),
        ({"whom": "everybody"}, "whom"),
        ({"whom": "anybody", **until(-1)}, "ends_at"),
        ({"whom": "anybody", "ends_at_0": "2101-01-01"}, "ends_at"),
    ],
)
def test_links_that_cannot_be_made_name_the_field(client, operator, typed, field):
    campaign = make_claim_campaign(positions=[], by_link=True)
    assert field in errors_of(client.post(links_page(campaign), until(2) | typed))
    assert not campaign.transitions.exists()


@pytest.mark.req("CPN-05")
def test_only_operators_make_links_and_only_for_private_campaigns(client, operator):
    public, private = make_claim_campaign(), make_claim_campaign(positions=[], by_link=True)
    assert client.get(links_page(public)).status_code == 404
    for role in ("approver", "service", "finance"):
        client.force_login(make_user(groups=[role]))
        assert client.post(links_page(private), {"whom": "anybody"} | until(2)).status_code == 403
