"""The lottery in the shop: odds as they are in force, one draw for one click, a result that can be read and checked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.commands.drafting import revise
from campaigns.commands.transitions import Step, move_subject
from coupons.commands.lotteries import LOTTERIES
from coupons.commands.risk_cases import release_case
from coupons.models import Coupon, LotteryDraw, LotteryPrize, RiskCase
from pricing.clock import database_now
from storefront.forms.sample import typed_at
from tests.factories import NOON
from tests.factories.audience import make_level
from tests.factories.campaigns import make_user
from tests.factories.coupons import make_template
from tests.factories.lotteries import ALWAYS, approve_lottery, make_lottery, make_lottery_draft
from tests.factories.risk import make_profile, rule

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]

LIVE = {"HX-Request": "true"}


def page_of(lottery):
    return f"/lotteries/{lottery.pk}/"


def test_everybody_reads_prizes_odds_rules_and_the_digest(guest):
    lottery = make_lottery(
        (make_template(name="Main prize"), 5_000, {"stock": 10}),
        (make_template(name="Small prize"), 122_500),
        fallback=make_template(name="Solace"),
        fallback_after=5,
        per_day=3,
        order_from_cents=9_900,
        draws_per_order=2,
    )
    said = guest.get(page_of(lottery)).text
    for text in ("Main prize", "0.5%", "12.25%", "87.25%", "10 in all", "Solace", "your draw 5 in a row"):
        assert text in said
    for text in ("3 free draws a day.", "¥99 or more earns 2 draws", "Sign in to draw", lottery.seed_digest):
        assert text in said
    assert bytes(lottery.seed).hex() not in said
    assert f'href="/lotteries/{lottery.pk}/"' in guest.get("/coupons/").text


def test_a_member_draws_reads_the_result_and_finds_the_coupon(member, customer):
    lottery = make_lottery((make_template(name="Main prize"), ALWAYS), per_day=2)
    assert "2 draws left" in member.get(page_of(lottery)).text
    answer = member.post(f"{page_of(lottery)}draw/", {"seq": 1}, follow=True)
    assert "You have won:" in answer.text
    assert "1 draw left" in answer.text
    made = LotteryDraw.objects.get()
    assert made.number_text in answer.text
    assert f"{lottery.pk}:{customer.pk}:1" in answer.text
    assert Coupon.objects.get().customer == customer


def test_past_lotteries_are_listed_with_what_came_of_them_and_the_odds_that_held_then(member, customer, guest):
    prize = make_template(name="Main prize")
    lottery = make_lottery((prize, ALWAYS), per_day=9)
    member.post(f"{page_of(lottery)}draw/", {"seq": 1})
    author = make_user()
    draft = revise(LOTTERIES, subject_id=lottery.pk, by=author, at=NOON)
    LotteryPrize.objects.filter(revision=draft).update(odds_ppm=122_500)
    approve_lottery(draft)
    said = member.get(page_of(lottery)).text
    for text in ("000000 – 122499", "12.25%", "version 1", "Odds of version 1", "000000 – 999999"):
        assert text in said
    assert "You have drawn 1 time. 1 coupon came of it." in member.get("/lotteries/").text
    move_subject(LOTTERIES, lottery.pk, Step("stop", make_user(groups=["approver"]), NOON, "over"))
    assert "Ended" in member.get("/lotteries/").text
    assert "There is no lottery at the moment." in guest.get("/lotteries/").text


@pytest.mark.req("CPN-11")
def test_a_held_draw_says_that_it_is_checked_and_can_be_made_once_it_is_released(member, customer):
    profile = make_profile(rule("phone_verified", "lt", 1, effect="hold"))
    lottery = make_lottery((make_template(), ALWAYS), risk_profile=profile.code)
    for _ in range(2):
        member.post(f"{page_of(lottery)}draw/", {"seq": 1})
        assert "Our staff looks at your draw" in member.get(page_of(lottery)).text
    case = RiskCase.objects.get()
    release_case(case_id=case.pk, by=make_user(groups=["service"]), at=database_now(), reason="known")
    assert "You have won:" in member.post(f"{page_of(lottery)}draw/", {"seq": 1}, follow=True).text


def test_a_double_click_is_one_draw_and_reads_the_same(member):
    lottery = make_lottery(per_day=2)
    first, second = [member.post(f"{page_of(lottery)}draw/", {"seq": 1}, headers=LIVE).text for _ in range(2)]
    assert LotteryDraw.objects.count() == 1
    assert "You have won:" in first
    assert "You have won:" in second
    assert 'name="seq" value="2"' in second


def test_a_prize_that_is_gone_is_marked_and_nothing_is_an_answer_too(member):
    lottery = make_lottery((make_template(), ALWAYS, {"stock": 1}), per_day=2)
    for seq in (1, 2):
        answer = member.post(f"{page_of(lottery)}draw/", {"seq": seq}, headers=LIVE)
    assert "No prize this time." in answer.text
    assert "This prize has run out." in answer.text
    assert "All gone" in answer.text
    assert "0 draws left" in answer.text


def test_nobody_draws_with_odds_that_were_not_shown(member):
    lottery = make_lottery()
    shown = {"seq": 1, "revision": lottery.current_revision_id}
    approve_lottery(revise(LOTTERIES, subject_id=lottery.pk, by=make_user(), at=NOON))
    answer = member.post(f"{page_of(lottery)}draw/", shown, headers=LIVE)
    assert "The prizes or odds have just changed." in answer.text
    assert not LotteryDraw.objects.exists()
    shown["revision"] = lottery.revisions.latest("number").pk
    assert "You have won:" in member.post(f"{page_of(lottery)}draw/", shown, headers=LIVE).text


@pytest.mark.parametrize("seq", ["", "0", "x", "99999", "-1"])
def test_odd_requests_draw_nothing(member, seq):
    lottery = make_lottery()
    assert member.post(f"{page_of(lottery)}draw/", {"seq": seq}).status_code == 200
    assert member.post(f"{page_of(lottery)}draw/", {"seq": "5"}, follow=True).status_code == 200
    assert member.get(f"{page_of(lottery)}?draw={seq}").status_code == 200
    assert not LotteryDraw.objects.exists()


def test_a_guest_is_asked_to_sign_in_and_what_is_not_approved_is_not_there(guest, member):
    lottery, draft = make_lottery(), make_lottery_draft()
    answer = guest.post(f"{page_of(lottery)}draw/", {"seq": 1})
    assert answer["Location"] == f"/sign-in/?next=%2Flotteries%2F{lottery.pk}%2F"
    assert guest.get(f"/lotteries/{draft.lottery_id}/").status_code == 404
    assert member.post(f"/lotteries/{draft.lottery_id}/draw/", {"seq": 1}, headers=LIVE).status_code == 404
    assert member.post("/lotteries/99999/draw/", {"seq": 1}).status_code in (302, 404)


def test_the_seed_is_shown_after_the_end_only(guest):
    lottery = make_lottery(ends_at=timezone.now() + timedelta(hours=1))
    stopped = make_lottery()
    move_subject(LOTTERIES, stopped.pk, Step("stop", make_user(), NOON, "wrong prizes"))
    assert "shown here after the end" in guest.get(page_of(lottery)).text
    said = guest.get(page_of(stopped)).text
    assert bytes(stopped.seed).hex() in said
    assert "This lottery is over." in said
    assert page_of(stopped) not in guest.get("/coupons/").text


def test_the_seed_is_shown_a_minute_after_the_end_by_the_clock(guest):
    now = timezone.now()
    just_over, over = [make_lottery(starts_at=NOON, ends_at=now - timedelta(seconds=ago)) for ago in (50, 61)]
    assert bytes(just_over.seed).hex() not in guest.get(page_of(just_over)).text
    assert bytes(over.seed).hex() in guest.get(page_of(over)).text


def test_a_preview_of_the_time_after_the_end_does_not_show_the_seed(client):
    now = timezone.now()
    lottery = make_lottery(ends_at=now + timedelta(days=5))
    client.force_login(make_user("olga", groups=["operator"]))
    client.post(reverse("preview:shop"), {"sample-at": typed_at(now + timedelta(days=6)), "sample-who": "guest"})
    said = client.get(page_of(lottery)).text
    assert "This lottery is over." in said
    assert "shown here after the end" in said
    assert bytes(lottery.seed).hex() not in said


def test_others_read_whom_it_is_for(member):
    make_level("vip")
    lottery = make_lottery(audience={"all": [{"is": "level", "of": ["vip"]}]})
    assert "This lottery is for other customers." in member.get(page_of(lottery)).text
    answer = member.post(f"{page_of(lottery)}draw/", {"seq": 1}, headers=LIVE)
    assert "This lottery is for other customers." in answer.text
