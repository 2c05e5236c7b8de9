from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Customer
from coupons.commands.claiming import claim_coupon
from coupons.models import ClaimCampaign, ClaimCount
from pricing.engine.errors import Refusal
from tests.coupons.admin.claim_pages import ADD, LIST, act_page, errors_of, page_of, posted
from tests.factories import LONG_AGO
from tests.factories.audience import all_of, is_, make_level
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign, make_claim_revision, make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03")]


def test_form_stores_a_draft_apart_from_its_template(client, operator):
    template = make_template()
    make_level("vip")
    answer = client.post(ADD, posted(template, audience=["(any", "level", "vip", ";", "new", "platform", ";", ")"]))
    claim_campaign = ClaimCampaign.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(claim_campaign))
    revision = claim_campaign.revisions.get()
    assert (claim_campaign.template, claim_campaign.state, revision.author) == (template, "draft", operator)
    assert (revision.positions, revision.total, revision.per_customer) == (["home", "coupon_centre"], 500, 2)
    assert revision.starts_at.isoformat() == "2026-11-01T02:00:00+00:00"
    assert revision.audience == {"any": [is_("level", "vip"), is_("new", "platform")]}
    assert (revision.audience_frozen, revision.new_to, revision.conditions) == (False, "", [])
    assert template.revisions.count() == 1


def test_conditions_of_an_older_version_are_shown_and_stored_as_an_audience(client, operator):
    make_level("vip")
    rows = [{"code": "member_level", "params": {"levels": ["vip"]}}, {"code": "nth_order", "params": {}}]
    strange = {"code": "phone_verified", "params": {}}
    revision = make_claim_revision(author=operator, conditions=[*rows, strange])
    edit = reverse("admin:coupons_claimcampaign_edit", args=[revision.claim_campaign_id])
    shown = client.get(edit).context["form"].initial["audience"]
    assert shown == all_of(is_("level", "vip"), is_("nth_order", "1"))
    client.post(edit, posted(None, audience=["(all", "level", "vip", ";", "nth_order", "1", ";", ")"]))
    revision.refresh_from_db()
    assert (revision.audience, revision.conditions) == (shown, [strange])


def test_audience_is_counted_before_saving_and_frozen_at_approval(client, operator):
    shop = make_shop()
    template = make_template(shop=shop)
    buyer, other = make_customer(level="vip"), make_customer(level="vip")
    make_paid_order({make_sku(shop=shop): 1}, customer=buyer)
    make_level("vip")
    typed = {"audience": ["(all", "level", "vip", ";", ")"], "new_to": "shop"}
    reach = reverse("admin:campaigns_segment_reach") + "?field=audience"
    assert "1 of 2 customers" in client.post(reach, {**typed, "template": template.pk}).content.decode()
    assert "new_to" in errors_of(client.post(ADD, posted(make_template(), **typed)))
    client.post(ADD, posted(template, **typed, audience_frozen="frozen"))
    claim_campaign = ClaimCampaign.objects.get()
    client.post(act_page(claim_campaign, "submit"))
    client.force_login(make_user(groups=["approver"]))
    seen = claim_campaign.revisions.get()
    assert "1 customer now (50" in client.get(page_of(claim_campaign)).content.decode()
    client.post(act_page(claim_campaign, "approve"), {"seen": seen.content_hash})
    assert "2 customers, frozen" in client.get(page_of(claim_campaign)).content.decode()
    Customer.objects.update(level="")
    claimed_by = {buyer: "NotForYou", other: ""}
    for customer, refused in claimed_by.items():
        claim = {"claim_campaign_id": claim_campaign.pk, "customer_id": customer.pk, "seq": 1, "at": timezone.now()}
        assert refused == _refusal_of(lambda claim=claim: claim_coupon(**claim))


def _refusal_of(act):
    try:
        act()
    except Refusal as refusal:
        return type(refusal).__name__
    return ""


def test_whole_way_from_draft_to_a_claim(client, operator):
    client.post(ADD, posted(make_template()))
    claim_campaign = ClaimCampaign.objects.get()
    client.post(act_page(claim_campaign, "submit"))
    assert client.post(act_page(claim_campaign, "approve")).status_code == 403
    client.force_login(make_user(groups=["approver"]))
    client.post(act_page(claim_campaign, "approve"), {"seen": claim_campaign.revisions.get().content_hash})
    assert ClaimCampaign.objects.get().state == "approved"
    claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=make_customer().pk, seq=1, at=timezone.now())
    assert ClaimCount.objects.get().used == 1
    assert "1 of 500" in client.get(page_of(claim_campaign)).content.decode()
    assert "1 of 500" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"template": "999"}, "template"),
        ({"template": "x"}, "template"),
        ({"ends_at_0": "2026-10-01"}, "ends_at"),
        ({"ends_at_0": ""}, "ends_at"),
        ({"starts_at_0": "0001-01-01"}, "starts_at"),
        ({"positions": ["moon"]}, "positions"),
        ({"total": "0"}, "total"),
        ({"total": "9" * 30}, "total"),
        ({"per_customer": "-1"}, "per_customer"),
    ],
)
def test_bad_input_names_the_field_and_stores_nothing(client, operator, changes, field):
    assert field in errors_of(client.post(ADD, posted(make_template(), **changes)))
    assert not ClaimCampaign.objects.exists()


def test_claiming_that_outlasts_the_coupon_is_refused_at_its_end(client, operator):
    until = timezone.now() + timedelta(days=5)
    template = make_template(validity="fixed", valid_from=LONG_AGO, valid_until=until)
    too_late = timezone.localtime(until - timedelta(hours=23))
    in_time = timezone.localtime(until - timedelta(hours=25))

    def post(end):
        return client.post(ADD, posted(template, ends_at_0=f"{end:%Y-%m-%d}", ends_at_1=f"{end:%H:%M:%S}"))

    (error,) = errors_of(post(too_late))["ends_at"]
    assert "24 hours" in error
    assert not ClaimCampaign.objects.exists()
    assert post(in_time).status_code == 302


def typed_releases(every, *rows, leftovers="lapse"):
    whens, units = zip(*rows, strict=True) if rows else ((), ())
    return {"release_every": every, "release_leftovers": leftovers, "releases_when": whens, "releases_units": units}


@pytest.mark.parametrize(
    ("every", "rows", "stored"),
    [
        ("day", [("20:00", "100"), ("9:30", "200"), ("", "")], [["09:30", 200], ["20:00", 100]]),
        ("listed", [("2026-11-11 10:00", "5")], [["2026-11-11T02:00:00+00:00", 5]]),
        ("", [("", "")], None),
    ],
)
def test_releases_are_stored_and_shown_again(client, operator, every, rows, stored):
    client.post(ADD, posted(make_template(), **typed_releases(every, *rows, leftovers="carry")))
    revision = ClaimCampaign.objects.get().revisions.get()
    kind = "day" if every == "day" else ""
    assert revision.releases == ({"every": kind, "at": stored, "carry": True} if stored else {})
    edit = reverse("admin:coupons_claimcampaign_edit", args=[revision.claim_campaign_id])
    initial = client.get(edit).context["form"].initial
    told = {"day": [("09:30", "200"), ("20:00", "100")], "listed": [("2026-11-11 10:00", "5")], "": []}
    assert (initial["release_every"], initial["releases"]) == (every, told[every])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (typed_releases("day", ("25:00", "1")), "no time"),
        (typed_releases("day", ("10:00", "1"), ("10:00", "2")), "listed twice"),
        (typed_releases("day", ("10:00", "0")), "number of coupons"),
        (typed_releases("day", ("10:00", "1" * 30)), "number of coupons"),
        (typed_releases("day", *[(f"10:{minute:02}", "1") for minute in range(25)]), "At most 24"),
        (typed_releases("listed", ("10:00", "1")), "no moment"),
        (typed_releases("listed"), "at least one"),
        (typed_releases("", ("10:00", "1")), "Choose when"),
    ],
)
def test_releases_that_say_nothing_are_refused_with_what_to_write(client, operator, typed, words):
    (error,) = errors_of(client.post(ADD, posted(make_template(), **typed)))["releases"]
    assert words in error
    assert not ClaimCampaign.objects.exists()


def test_calendar_tells_what_each_release_has_given_out(client, operator):
    now = timezone.now()
    moments = [now + timedelta(hours=hours) for hours in (-3, -2, -1, 1, 2)]
    releases = {"every": "", "at": [[moment.isoformat(), 9] for moment in moments], "carry": False}
    campaign = make_claim_campaign(releases=releases)
    for at in (moments[0], moments[0] + timedelta(minutes=59), moments[2]):
        claim_coupon(claim_campaign_id=campaign.pk, customer_id=make_customer().pk, seq=1, at=at)
    rows = client.get(page_of(campaign)).context["calendar"]
    told = [(row.given, row.stage) for row in rows]
    assert told == [(2, "over"), (0, "over"), (1, "now"), (0, "next"), (0, "later")]


def test_only_approved_templates_can_be_chosen_and_the_choice_stays(client, operator):
    approved, draft = make_template(), make_template(approved=False)
    offered = client.get(ADD, {"template": approved.pk}).context["form"]
    assert [row.pk for row in offered.fields["template"].queryset] == [approved.pk]
    assert "template" in errors_of(client.post(ADD, posted(draft)))
    revision = make_claim_revision(author=operator, template=approved)
    edit = reverse("admin:coupons_claimcampaign_edit", args=[revision.claim_campaign_id])
    client.post(edit, posted(make_template(), total="7"))
    claim_campaign = ClaimCampaign.objects.get()
    assert (claim_campaign.template, claim_campaign.revisions.get().total) == (approved, 7)


@pytest.mark.parametrize("role", ["approver", "service", "finance"])
def test_other_roles_look_and_do_not_write(client, role):
    client.force_login(make_user(groups=[role]))
    claim_campaign = make_claim_campaign(approved=False)
    assert client.get(LIST).status_code == client.get(page_of(claim_campaign)).status_code == 200
    assert client.post(ADD, posted(make_template())).status_code == 403
    assert client.post(act_page(claim_campaign, "submit")).status_code == 403
    assert ClaimCampaign.objects.count() == 1


def test_list_tells_the_phase_by_the_clock(client, operator):
    now, day = timezone.now(), timedelta(days=1)
    make_claim_campaign(name="Sooner", starts_at=now + day, ends_at=now + 2 * day)
    make_claim_campaign(name="Now")
    make_claim_campaign(name="Gone", total=0)
    make_claim_campaign(name="Over", starts_at=now - 2 * day, ends_at=now - day)
    rows = client.get(LIST).content.decode().split("<tr")
    phases = {"Sooner": "scheduled", "Now": "running", "Gone": "sold out", "Over": "ended"}
    for name, phase in phases.items():
        (row,) = [row for row in rows if f">{name}<" in row or f"{name}\n" in row]
        assert phase in row
