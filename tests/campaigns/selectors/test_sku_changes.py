"""What differs between two lists of SKUs is counted, and the first few are named."""

import pytest

from campaigns.selectors.sku_changes import SkuChanges, sku_changes
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]


def test_every_sort_of_change_is_counted_with_its_figures():
    tea, cup, pot, tin = make_sku("TEA"), make_sku("CUP"), make_sku("POT"), make_sku("TIN")
    before = make_revision("sku_prices", rows={tea: {"price_cents": 80}, cup: {"price_cents": 70}, tin: {}})
    rows = {tea: {"price_cents": 79, "stock_units": 5}, pot: {"price_cents": 60}, tin: {"limit_units": 1}}
    after = make_revision("sku_prices", rows=rows)
    assert sku_changes(before, after) == [
        SkuChanges("added", 1, [("POT", None, 60)]),
        SkuChanges("removed", 1, [("CUP", 70, 70)]),
        SkuChanges("prices", 1, [("TEA", 80, 79)]),
        SkuChanges("stocks", 1, [("TEA", None, 5)]),
        SkuChanges("limits", 1, [("TIN", None, 1)]),
    ]


def test_a_list_that_stays_as_it_is_has_no_change_and_of_many_the_first_twelve_are_named():
    skus = [make_sku(f"S{number:02}") for number in range(14)]
    before = make_revision("sku_prices", rows={sku: {"price_cents": 80} for sku in skus})
    after = make_revision("sku_prices", rows={sku: {"price_cents": 75} for sku in skus})
    assert sku_changes(before, before) == []
    (prices,) = sku_changes(before, after)
    assert (prices.sort, prices.count) == ("prices", 14)
    assert prices.first == [(f"S{number:02}", 80, 75) for number in range(12)]


def test_a_sku_that_is_left_out_from_now_on_is_told_as_such():
    tea = make_sku("TEA")
    before, after = make_revision(rows={tea: {}}), make_revision(rows={tea: {"excluded": True}})
    assert [(row.sort, row.count) for row in sku_changes(before, after)] == [("removed", 1), ("left_out", 1)]
    assert [(row.sort, row.count) for row in sku_changes(after, before)] == [("added", 1), ("left_out_no_more", 1)]
