"""A new version of a long list says what it changes, also where the first SKUs stay as they are."""

import pytest

from campaigns.admin.facts import Change, changes_between
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]


def test_another_price_far_down_a_long_list_is_shown_to_whoever_decides():
    skus = [make_sku(f"S{number:02}") for number in range(20)]
    rows = {sku: {"price_cents": 8_000} for sku in skus}
    before = make_revision("sku_prices", rows=rows)
    after = make_revision("sku_prices", rows=rows | {skus[17]: {"price_cents": 100}})
    changes = changes_between(before, after)
    assert Change("SKUs with another price: 1", "S17 ¥80", "S17 ¥1") in changes


def test_what_comes_in_and_what_goes_stands_on_its_side():
    skus = [make_sku(f"S{number:02}") for number in range(20)]
    before = make_revision("sku_prices", rows={sku: {"price_cents": 8_000} for sku in skus[:19]})
    after = make_revision("sku_prices", rows={sku: {"price_cents": 8_000} for sku in skus if sku != skus[15]})
    changes = changes_between(before, after)
    assert Change("SKUs that come in: 1", "", "S19") in changes
    assert Change("SKUs that go: 1", "S15", "") in changes
