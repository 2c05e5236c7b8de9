"""Shoppers' pages and prices while a campaign names very many SKUs. `SIZE=100000 pytest -s` measures the largest."""

import os

import pytest

from campaigns.commands.phases import note_phases
from campaigns.models import CampaignSku
from pricing.clock import database_now
from storefront.book_pages import _pages, current_book
from storefront.models import Cart
from tests.campaigns.size.large import make_catalogue, make_flash_sale, measured
from tests.factories.campaigns import make_customer
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]
SIZE = int(os.environ.get("SIZE", 20_000))


def test_pages_and_prices_do_not_feel_the_size_of_a_campaign(client):
    skus = make_catalogue(SIZE)
    campaign = make_flash_sale(skus)
    assert CampaignSku.objects.count() == SIZE
    _pages.clear()
    at = database_now()
    with measured("book", seconds=2, queries=12):
        assert current_book(at=at).book.offers[campaign.offer_id].scope.skus.issuperset({"S000000"})
    client.get("/")
    for name, path in {
        "home": "/",
        "product": "/products/P000000/",
        "campaign page": f"/campaigns/{campaign.pk}/",
        "cart": "/cart/",
        "campaigns in the API": "/api/v1/campaigns/",
    }.items():
        with measured(name, seconds=3):
            answer = client.get(path)
        assert answer.status_code in (200, 401), (path, answer.status_code)
    customer = make_customer()
    with measured("order of 3 SKUs", seconds=3):
        assert make_order({sku: 1 for sku in skus[:3]}, customer=customer).total_cents == 24_000
    with measured("phases", seconds=3):
        note_phases(at=at)
    assert Cart.objects.exists()
