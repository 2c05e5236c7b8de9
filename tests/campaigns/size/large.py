"""A catalogue and a flash sale of many SKUs, made quickly; and a clock for what is measured on them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, CampaignSku
from pricing.models import Product, Sku
from tests.factories.campaigns import approve, make_revision
from tests.factories.pricing import make_category, make_shop

SKUS_PER_PRODUCT = 20


def make_catalogue(size: int) -> list[Sku]:
    """SKUs S000000, S000001 … in products of 20 each; list price 100.00 and up, cost 50.00."""
    shop, category = make_shop("big"), make_category("things")
    products = Product.objects.bulk_create(
        Product(code=f"P{number:06}", name=f"Thing {number}", shop=shop, category=category)
        for number in range(-(-size // SKUS_PER_PRODUCT))
    )
    skus = Sku.objects.bulk_create(
        (
            Sku(
                code=f"S{number:06}",
                product=products[number // SKUS_PER_PRODUCT],
                option=f"no. {number % SKUS_PER_PRODUCT}",
                list_cents=10_000 + number % 1_000,
                cost_cents=5_000,
            )
            for number in range(size)
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database that has run for a while knows its tables
    return skus


def make_flash_sale(skus: list[Sku], *, approved: bool = True, stock_units: int | None = None, **fields) -> Campaign:
    """A flash sale of these SKUs at 80.00 each."""
    revision = make_revision("sku_prices", sku=[], everything=False, **fields)
    CampaignSku.objects.bulk_create(
        (CampaignSku(revision=revision, sku=sku, price_cents=8_000, stock_units=stock_units) for sku in skus),
        batch_size=5_000,
    )
    if approved:
        approve(revision)
    return Campaign.objects.get(pk=revision.campaign_id)


@contextmanager
def measured(what: str, *, seconds: float, queries: int | None = None) -> Iterator[CaptureQueriesContext]:
    """Show how long something takes (`pytest -s`), and fail where it takes longer than it may; gives the queries."""
    with CaptureQueriesContext(connection) as captured:
        begun = perf_counter()
        yield captured
        took = perf_counter() - begun
    print(f"{what}: {took:.2f} s, {len(captured)} queries")
    assert took < seconds * float(os.environ.get("LOOSE", 3)), what
    assert queries is None or len(captured) <= queries, [query["sql"][:200] for query in captured]
