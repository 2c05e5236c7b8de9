"""The back office with a campaign of very many SKUs: import, pages, review. `make large` measures 100,000.

The times are generous, for machines that run tests have other things to do; the queries are what may not grow.
"""

import os

import pytest
from django.urls import reverse

from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.drafting import revise
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import CampaignSku, ReviewState
from pricing.clock import database_now
from pricing.models import Job
from pricing.tasks import work_off_jobs
from tests.campaigns.admin.pages import LIST, act_of, page_of
from tests.campaigns.admin.test_sku_list import address
from tests.campaigns.size.large import make_catalogue, measured
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]
SIZE = int(os.environ.get("SIZE", 3_000))
READ = "ARRAY_AGG"  # the query that reads all SKU rows at once


def reads_of_rows(captured) -> int:
    return sum(READ in query["sql"] for query in captured)


def import_list(client, campaign, skus):
    """Each SKU at 80.00, with 100 pieces and 2 for each shopper."""
    text = "\n".join(f"{sku.code}\t80\t100\t2" for sku in skus)
    with measured("trial", seconds=60):
        client.post(address(campaign, "_try"), {"text": text})
        work_off_jobs()
    with measured("import", seconds=60) as captured:
        client.post(address(campaign, "_store", Job.objects.latest("pk").pk))
        work_off_jobs()
    assert 'ANALYZE "campaigns_campaignsku"' in [query["sql"] for query in captured], "the plans of its pages need it"


def look_at_every_page(client, campaign):
    pages = {
        "page": page_of(campaign),
        "page of SKUs": address(campaign),
        "form": reverse("admin:campaigns_campaign_edit", args=[campaign.pk]),
        "confirm page": act_of(campaign, "submit"),
        "list": LIST,
    }
    for name, path in pages.items():
        with measured(name, seconds=3, queries=75) as captured:
            assert client.get(path).status_code == 200, path
        assert reads_of_rows(captured) <= 1, name


def decide(revision, *, author, approver):
    with measured("submit", seconds=3, queries=75) as captured:
        submit_campaign(revision_id=revision.pk, by=author, at=database_now())
    assert reads_of_rows(captured) <= 2, "once to prepare the report, which locks nothing, and once under the lock"
    with measured("conflict report", seconds=60):
        work_off_jobs()
    revision.refresh_from_db()
    with measured("approve", seconds=5):
        approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=approver, at=database_now())
    revision.refresh_from_db()
    assert revision.review == ReviewState.APPROVED


def test_a_very_long_list_is_imported_shown_and_decided(client):
    skus = make_catalogue(SIZE)
    author, approver = make_user(groups=["operator"]), make_user(groups=["approver"])
    client.force_login(author)
    period = {"starts_at": NOON, "ends_at": NOON.replace(year=NOON.year + 1)}
    revision = make_revision("sku_prices", author=author, everything=False, **period)
    campaign = revision.campaign
    import_list(client, campaign, skus)
    assert CampaignSku.objects.filter(revision=revision, price_cents=8_000).count() == SIZE
    look_at_every_page(client, campaign)
    decide(revision, author=author, approver=approver)
    with measured("new version", seconds=5):
        revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=database_now())
    with measured("page with the difference", seconds=3, queries=95) as captured:
        assert client.get(page_of(campaign)).status_code == 200
    assert reads_of_rows(captured) <= 1
    with measured("CSV", seconds=5):
        assert sum(1 for _ in client.get(address(campaign, "_file")).streaming_content) == SIZE + 1
