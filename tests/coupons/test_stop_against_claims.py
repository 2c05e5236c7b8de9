"""A stop of a claim campaign need not wait for the end of the rush."""

import contextlib
import time

import pytest

from coupons.commands import claim_counting
from coupons.commands.claim_campaigns import move_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.guards import Guard, never
from coupons.models import ClaimCampaign
from coupons.refusals import ClaimOver
from pricing.transactions import Busy
from tests.factories import NOON
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def _stop_among_a_stream_of_claims(monkeypatch):
    """Return for how many seconds a stop waits while 12 people claim, one after the other, for 4 seconds."""
    claim_campaign, boss = make_claim_campaign(), make_user()
    customers = [make_customer() for _ in range(600)]
    over_at = time.monotonic() + 4

    def claim_again_and_again():
        with contextlib.suppress(ClaimOver):
            while time.monotonic() < over_at:
                claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=customers.pop().pk, seq=1, at=NOON)

    def stop():
        time.sleep(0.5)
        began = time.monotonic()
        with contextlib.suppress(Busy):
            move_claim_campaign(claim_campaign_id=claim_campaign.pk, move="stop", by=boss, at=NOON, reason="slip")
        return time.monotonic() - began

    monkeypatch.setattr(claim_counting, "COUNT_CLAIM", f"{claim_counting.COUNT_CLAIM} AND pg_sleep(0.05)::text = ''")
    return all_at_once([*[claim_again_and_again] * 12, stop])[-1]


@pytest.mark.req("CAM-11")
def test_stop_gets_its_turn_in_a_stream_of_claims(monkeypatch):
    assert _stop_among_a_stream_of_claims(monkeypatch) < 2
    assert ClaimCampaign.objects.get().state == "stopped"


def test_without_the_gate_the_stop_waits_for_the_stream_of_claims_to_end(monkeypatch):
    monkeypatch.setattr(claim_counting, "gate", lambda table, row_id: Guard("", "SELECT 1", (), never))
    assert _stop_among_a_stream_of_claims(monkeypatch) > 2
