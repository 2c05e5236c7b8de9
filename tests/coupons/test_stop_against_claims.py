"""A stop of a claim campaign need not wait for the end of the rush."""

import contextlib
from threading import Event

import pytest

from coupons.commands import claim_counting
from coupons.commands.claim_campaigns import move_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.guards import Guard, never
from coupons.models import ClaimCampaign, Coupon
from coupons.refusals import ClaimOver
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.support.crowd import PATIENCE_SECONDS, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def _claims_before_a_stop(monkeypatch):
    """Return how many of 84 claims, by 12 people at a time, get in before a stop that comes with the first of them."""
    claim_campaign, boss = make_claim_campaign(), make_user()
    customers, rush = [make_customer() for _ in range(84)], Event()

    def claim_again_and_again():
        with contextlib.suppress(ClaimOver, IndexError):
            while customer := customers.pop():
                claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=customer.pk, seq=1, at=NOON)
                rush.set()

    def stop():
        assert rush.wait(PATIENCE_SECONDS)
        move_claim_campaign(claim_campaign_id=claim_campaign.pk, move="stop", by=boss, at=NOON, reason="slip")

    monkeypatch.setattr(claim_counting, "COUNT_CLAIM", f"{claim_counting.COUNT_CLAIM} AND pg_sleep(0.05)::text = ''")
    assert all_at_once([*[claim_again_and_again] * 12, stop]) == [None] * 13
    return Coupon.objects.count()


@pytest.mark.req("CAM-11")
def test_stop_gets_its_turn_in_a_stream_of_claims(monkeypatch):
    assert _claims_before_a_stop(monkeypatch) < 42
    assert ClaimCampaign.objects.get().state == "stopped"


def test_without_the_gate_the_stop_waits_for_the_stream_of_claims_to_end(monkeypatch):
    monkeypatch.setattr(claim_counting, "gate", lambda table, row_id: Guard("", "SELECT 1", (), never))
    assert _claims_before_a_stop(monkeypatch) > 42
