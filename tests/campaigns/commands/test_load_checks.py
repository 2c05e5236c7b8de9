from datetime import timedelta

import pytest

from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.review import NotReady
from campaigns.models import CampaignRevision, LoadTest
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-06")]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
START = NOON + DAY
TOO_BIG = (
    "starts_at: 3 SKUs would start in this minute, above the limit of 2: let a load test of so many be recorded,"
    " or choose another start."
)


@pytest.fixture(autouse=True)
def small_site(settings):
    settings.START_SKUS_PER_MINUTE, settings.START_TEST_DAYS = 2, 90


@pytest.fixture
def submitted():
    """A campaign in review with one SKU, beside an approved one with two that starts in the same minute."""
    make_campaign("percent_off", sku=[make_sku(), make_sku()], starts_at=START + 59 * SECOND, ends_at=START + DAY)
    return _submitted(starts_at=START)


def _submitted(**period):
    revision = make_revision("percent_off", sku=[make_sku()], **{"ends_at": START + DAY, **period})
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    return CampaignRevision.objects.get(pk=revision.pk)


def _approve(revision, at=NOON):
    checker = make_user(groups=["approver"])
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=checker, at=at)


def _record(skus, tested_at=NOON):
    by = make_user()
    LoadTest.objects.create(tested_at=tested_at, skus_per_minute=skus, notes="see wiki", by=by, at=tested_at)


def test_a_start_above_the_limit_is_handed_in_but_approved_only_with_a_load_test_of_so_many(submitted):
    _record(2)
    with pytest.raises(NotReady) as refused:
        _approve(submitted)
    assert [str(problem) for problem in refused.value.problems] == [TOO_BIG]
    assert CampaignRevision.objects.get(pk=submitted.pk).review == "in_review"
    _record(3)
    _approve(submitted)
    assert CampaignRevision.objects.get(pk=submitted.pk).review == "approved"


@pytest.mark.parametrize(("age", "is_enough"), [(timedelta(days=90), True), (timedelta(days=90, seconds=1), False)])
def test_a_load_test_counts_for_ninety_days(submitted, age, is_enough):
    _record(3, tested_at=NOON - age)
    if is_enough:
        _approve(submitted)
    else:
        with pytest.raises(NotReady):
            _approve(submitted)


@pytest.mark.parametrize("starts_at", [START - SECOND, START + 60 * SECOND])
def test_another_minute_has_a_load_of_its_own(submitted, starts_at):
    _approve(_submitted(starts_at=starts_at))


def test_what_has_begun_already_starts_nothing_any_more(submitted):
    _approve(submitted, at=START)


def test_a_change_replaces_what_is_in_force_and_is_not_counted_beside_it():
    campaign = make_campaign("percent_off", sku=[make_sku(), make_sku()], starts_at=START, ends_at=START + DAY)
    revision = make_revision(
        "percent_off", campaign=campaign, sku=[make_sku(), make_sku()], starts_at=START, ends_at=START + DAY
    )
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    _approve(CampaignRevision.objects.get(pk=revision.pk))
