"""Private campaigns: claimed by a signed link, and by nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.utils import timezone

from campaigns.commands.transitions import MoveRefused
from coupons.commands.claim_campaigns import move_claim_campaign
from coupons.commands.claim_links import Batch, WrongLinks, note_links, take_links_back
from coupons.commands.claiming import claim_by_link, claim_coupon
from coupons.links import LONGEST, Link, read_channel, read_link, write_channel, write_link
from coupons.models import Coupon, Position
from coupons.refusals import ClaimOver, LinkRefused
from coupons.selectors.claimable import claimable
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]
HOUR = timedelta(hours=1)


@pytest.fixture
def campaign():
    return make_claim_campaign(positions=[], by_link=True)


@pytest.fixture
def link(campaign):
    return Link(campaign.pk, campaign.link_generation, NOON + HOUR)


def claim(link, customer=None, *, at=NOON):
    return claim_by_link(link=link, customer_id=(customer or make_customer()).pk, at=at)


def test_link_says_what_was_written_and_nothing_else_can_be_read(link):
    bound = replace(link, customer_id=7)
    assert (read_link(write_link(link)), read_link(write_link(bound))) == (link, bound)
    token = write_link(link)
    forged = [
        "",
        token[:-1],
        token.replace(str(link.claim_campaign_id), "999", 1),
        Signer(salt="another", sep="~").sign("1.1.1.0"),
        write_channel(link.claim_campaign_id, "wechat"),
        "~" * (LONGEST + 1),
        "١.1.1.0~x",
    ]
    assert [read_link(text) for text in forged] == [None] * len(forged)
    assert read_channel(write_channel(3, "east.mall")) == (3, "east.mall")
    assert read_channel(token) is None


def test_link_gives_each_customer_one_coupon_however_often_it_is_used(link):
    customer, other = make_customer(), make_customer()
    assert claim(link, customer).pk == claim(link, customer).pk
    assert claim(link, other).place == "link"
    assert Coupon.objects.count() == 2


def test_whatever_is_wrong_with_a_link_the_words_are_the_same_and_nothing_is_issued(campaign, link):
    public = make_claim_campaign()
    wrong = {
        "forged": None,
        "expired": replace(link, ends_at=NOON),
        "foreign": replace(link, customer_id=make_customer().pk),
        "taken back": replace(link, generation=campaign.link_generation - 1),
        "of no campaign": replace(link, claim_campaign_id=0),
        "of a public campaign": Link(public.pk, 1, link.ends_at),
    }
    said = set()
    for broken in wrong.values():
        with pytest.raises(LinkRefused) as refusal:
            claim(broken)
        said.add(str(refusal.value))
    assert len(said) == 1
    assert not Coupon.objects.exists()


def test_private_campaign_shows_nowhere_and_is_not_there_without_a_link(campaign):
    customer = make_customer()
    for position in [*Position.values, "link"]:
        assert claimable(customer=customer, position=position, at=NOON) == []
    with pytest.raises(ClaimOver) as private:
        claim_coupon(claim_campaign_id=campaign.pk, customer_id=customer.pk, seq=1, at=NOON, place="link")
    with pytest.raises(ClaimOver) as missing:
        claim_coupon(claim_campaign_id=0, customer_id=customer.pk, seq=1, at=NOON)
    assert str(private.value) == str(missing.value)


def test_links_are_taken_back_all_at_once_and_what_was_claimed_stays(campaign, link):
    operator, early = make_user(), make_customer()
    claim(link, early)
    with pytest.raises(MoveRefused):
        take_links_back(claim_campaign_id=campaign.pk, by=operator, at=NOON, reason=" ")
    take_links_back(claim_campaign_id=campaign.pk, by=operator, at=NOON, reason="posted in a forum")
    for customer in (early, make_customer()):
        with pytest.raises(LinkRefused):
            claim(link, customer)
    batch = Batch(count=1, ends_at=timezone.localtime(link.ends_at), whom="anybody")
    generation = note_links(claim_campaign_id=campaign.pk, batch=batch, by=operator, at=NOON)
    assert claim(replace(link, generation=generation)).pk
    moves = campaign.transitions.values_list("move", "by", "source", "target")
    assert list(moves) == [(move, operator.pk, "approved", "approved") for move in ("take_links_back", "make_links")]
    assert campaign.transitions.get(move="make_links").reason == f"1 × anybody → {link.ends_at:%Y-%m-%d %H:%M} UTC"
    assert Coupon.objects.count() == 2


def test_stopped_campaign_gives_nothing_by_good_links(campaign, link):
    move_claim_campaign(claim_campaign_id=campaign.pk, move="stop", by=make_user(), at=NOON, reason="over")
    with pytest.raises(ClaimOver):
        claim(link)
    with pytest.raises(MoveRefused):
        note_links(claim_campaign_id=campaign.pk, batch=Batch(1, link.ends_at, "x"), by=make_user(), at=NOON)


def test_no_links_beyond_the_campaign_or_for_public_ones(campaign):
    for ends_at in (NOON, campaign.current_revision.ends_at + HOUR):
        with pytest.raises(WrongLinks):
            note_links(claim_campaign_id=campaign.pk, batch=Batch(1, ends_at, "x"), by=make_user(), at=NOON)
    with pytest.raises(MoveRefused):
        note_links(
            claim_campaign_id=make_claim_campaign().pk, batch=Batch(1, NOON + HOUR, "x"), by=make_user(), at=NOON
        )
    assert not campaign.transitions.exists()
