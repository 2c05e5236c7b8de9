"""Coupon centre: one button with its states; a double click claims once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coupons.models import Coupon, Partner, Position
from tests.factories.audience import all_of, is_, make_level
from tests.factories.campaigns import make_campaign
from tests.factories.coupons import make_claim_campaign, make_template, used
from tests.factories.pricing import make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-04", "CPN-07")]

LIVE = {"HX-Request": "true"}


def test_member_claims_and_finds_the_coupon_in_the_wallet(member, customer):
    campaign = make_claim_campaign()
    answer = member.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "home"}, follow=True)
    assert "Claimed. The coupon is in your wallet." in answer.text
    [card] = member.get("/wallet/").context["wallet"].cards
    assert (card.coupon.customer, card.coupon.claim_campaign) == (customer, campaign)


def test_double_click_claims_once(member):
    campaign = make_claim_campaign(per_customer=2)
    for _ in range(2):
        member.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "home"})
    assert Coupon.objects.count() == 1


def test_live_claim_answers_with_the_ticket_as_it_is_now(member):
    campaign = make_claim_campaign()
    answer = member.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "coupon_centre"}, headers=LIVE)
    assert f'id="ticket-{campaign.pk}"' in answer.text
    assert "Claimed" in answer.text
    assert answer["HX-Trigger"] == '{"coupon-claimed": {}}'


def test_guest_is_asked_to_sign_in_first(guest):
    campaign = make_claim_campaign()
    answer = guest.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "home"})
    assert answer["Location"] == "/sign-in/?next=%2Fcoupons%2F"
    live = guest.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "home"}, headers=LIVE)
    assert live["HX-Redirect"] == "/sign-in/?next=%2Fcoupons%2F"
    assert not Coupon.objects.exists()


@pytest.mark.parametrize("seq", ["0", "-1", "abc", "", "99999999999", "7"])
def test_hostile_number_of_a_claim_is_refused_in_words(member, seq):
    campaign = make_claim_campaign()
    answer = member.post(f"/coupons/{campaign.pk}/claim/", {"seq": seq, "position": "home"}, follow=True)
    assert 'class="note error"' in answer.text
    assert not Coupon.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": timezone.now() + timedelta(days=1)}, "Claiming starts at"),
        ({"ends_at": timezone.now() - timedelta(days=1)}, "This coupon cannot be claimed."),
        ({"total": 0}, "All coupons have been claimed."),
    ],
    ids=["not open yet", "over", "all gone"],
)
def test_claim_out_of_time_or_stock_is_refused_in_words(member, changes, said):
    campaign = make_claim_campaign(**changes)
    answer = member.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "home"}, follow=True)
    assert 'class="note error"' in answer.text
    assert said in answer.text
    assert not Coupon.objects.exists()


def test_unknown_claim_campaign_is_refused_in_words(member):
    for number in (999, 99999999999999999999):
        assert (
            'class="note error"'
            in member.post(f"/coupons/{number}/claim/", {"seq": 1, "position": "home"}, follow=True).text
        )


def test_centre_shows_each_state_of_the_button(member):
    make_claim_campaign(template=make_template(name="Open"))
    make_claim_campaign(template=make_template(name="Later"), starts_at=timezone.now() + timedelta(days=1))
    make_claim_campaign(template=make_template(name="Gone"), total=0)
    text = member.get("/coupons/").text
    assert text.count('<button class="button small">Claim</button>') == 1
    assert "Opens in" in text
    assert "All gone" in text


def test_product_page_offers_only_coupons_for_its_goods(guest):
    sku, other = make_sku(), make_sku()
    fitting = make_claim_campaign(template=make_template(sku=sku))
    make_claim_campaign(template=make_template(sku=other))
    tickets = guest.get(f"/products/{sku.product.code}/").context["tickets"]
    assert [ticket.claim_campaign for ticket in tickets] == [fitting]


@pytest.mark.parametrize("place", ["link", "partner:wechat", "partner"])
def test_who_names_a_private_place_is_shown_no_ticket(member, place):
    Partner.objects.create(code="wechat", name="WeChat")
    private = make_claim_campaign(positions=[], by_link=True)
    partners = make_claim_campaign(positions=["partner"], place_rules={"partner:wechat": {}})
    for campaign in (private, partners):
        answer = member.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": place}, headers=LIVE)
        assert "HX-Redirect" in answer
        assert not answer.text
    assert not Coupon.objects.exists()


def test_ticket_says_for_which_goods_and_for_whom_it_is_and_on_which_rules(member):
    sku = make_sku()
    vip = {"code": "member_level", "params": {"levels": ["vip"]}}
    template = make_template(sku=sku, name="Tea", description="Not for <b>parcels</b>.", threshold_cents=10_000)
    make_claim_campaign(template=template, conditions=[vip])
    make_level("vip", "Orchard friends")
    [about] = member.get("/coupons/").context["abouts"].values()
    assert (about.goods, about.who) == ("For 1 chosen article", ("For Orchard friends members only",))
    assert about.rules == ("¥10 off", "From ¥100")
    assert "Not for &lt;b&gt;parcels&lt;/b&gt;." in member.get("/coupons/").text


def test_claimed_ticket_leads_to_the_goods_and_says_what_became_of_the_coupon(member, customer):
    campaign = make_claim_campaign()
    member.post(f"/coupons/{campaign.pk}/claim/", {"seq": 1, "position": "home"})
    coupon = Coupon.objects.get()
    assert f'href="/wallet/{coupon.pk}/goods/">Use it' in member.get("/coupons/").text
    used(coupon)
    shown = member.get("/coupons/").text
    assert '<span class="badge off">Used</span>' in shown
    assert "Use it" not in shown
    assert member.get("/").context["tickets"] == []


def test_used_coupons_stand_below_what_is_still_to_come(member, customer):
    spent, later = make_claim_campaign(), make_claim_campaign(starts_at=timezone.now() + timedelta(hours=1))
    member.post(f"/coupons/{spent.pk}/claim/", {"seq": 1, "position": "coupon_centre"})
    assert [row.claim_campaign for row in member.get("/coupons/").context["tickets"]] == [spent, later]
    used(Coupon.objects.get())
    assert [row.claim_campaign for row in member.get("/coupons/").context["tickets"]] == [later, spent]


def test_tickets_cost_the_same_queries_however_many(member, django_assert_max_num_queries):
    def claimed() -> None:
        member.post(f"/coupons/{make_claim_campaign().pk}/claim/", {"seq": 1, "position": "home"})
        make_claim_campaign(conditions=[{"code": "member_level", "params": {"levels": ["vip"]}}])
        make_claim_campaign(audience=all_of(is_("level", "vip"), is_("new", "north")))
        make_claim_campaign(template=make_template(audience=all_of(is_("level", "vip"))))

    make_level("vip", "Orchard friends"), make_shop("north", name="Northgate")
    claimed()
    told = {about.who for about in member.get("/coupons/").context["abouts"].values()}
    vip = "For Orchard friends members only"
    assert told == {(), (vip,), (vip, "For new customers of Northgate only")}
    with CaptureQueriesContext(connection) as one:
        member.get("/coupons/")
        most = len(one)
    claimed()
    claimed()
    with django_assert_max_num_queries(most):
        member.get("/coupons/")


@pytest.mark.parametrize("path", ["/", "/products/", "/products/{}/", "/checkout/", "/campaigns/{}/"])
def test_page_asks_once_for_all_that_can_be_claimed_at_its_places(member, path):
    sku, campaign = make_sku(), make_campaign("spend_tiers")
    for position in Position.values:
        make_claim_campaign(positions=[position])
    member.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    with CaptureQueriesContext(connection) as asked:
        assert member.get(path.format(campaign.pk if "campaigns" in path else sku.product.code)).status_code == 200
    about_claims = [query["sql"] for query in asked if 'FROM "coupons_claimcampaign"' in query["sql"]]
    assert len(about_claims) == 1


def test_pop_up_that_also_stands_on_the_page_changes_itself_when_it_is_claimed(member):
    campaign = make_claim_campaign(positions=["home", "home_popup"])
    popup = member.post("/coupons/popup/", headers=LIVE).text
    assert f'id="ticket-popup-{campaign.pk}"' in popup
    assert 'hx-target="closest .ticket"' in popup
    assert f'id="ticket-{campaign.pk}"' in member.get("/").text
    sent = {"seq": 1, "position": "home_popup"}
    claimed = member.post(f"/coupons/{campaign.pk}/claim/", sent, headers=LIVE).text
    assert f'id="ticket-popup-{campaign.pk}"' in claimed
