"""The first 40,000 rows of a year of real orders, held against the plainest way to read them."""

import gzip
from itertools import islice

import pytest
from django.db.models import Sum

from promo_site.audit.run import audit
from storefront.models import Order, OrderLine, Refund
from tests.promo_site.importing.naive import expected_of
from tests.promo_site.importing.real_orders import real_orders
from tests.promo_site.importing.state import content, imported, rejected

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = 40_000


def test_real_orders_are_taken_to_the_cent_and_only_once(tmp_path):
    with gzip.open(real_orders(), "rt", encoding="utf-8") as source:
        lines = list(islice(source, ROWS + 1))
    path = tmp_path / "real.csv"
    path.write_text("".join(lines), encoding="utf-8")
    expected = expected_of(lines)

    outcome = imported(path)

    assert outcome.rows == ROWS
    assert outcome.refused == dict(expected.refused)
    assert dict(Order.objects.values_list("number", "total_cents")) == {
        f"import-{invoice}": cents for invoice, cents in expected.orders.items()
    }
    assert OrderLine.objects.count() == len(expected.lines)
    kept = OrderLine.objects.aggregate(bought=Sum("quantity"), back=Sum("returned"))
    assert kept["bought"] - kept["back"] == sum(line["left"] for line in expected.lines)
    refunds = Refund.objects.values_list("reason", "order__number", "amount_cents")
    assert sorted(refunds) == sorted(
        (f"Cancellation {cancelled}", f"import-{invoice}", cents)
        for (cancelled, invoice), cents in expected.refunds.items()
    )
    assert audit() == []

    before, refused = content(), rejected(path)
    again = imported(path)
    assert (again.orders, again.refunds, again.skus, again.customers) == (0, 0, 0, 0)
    assert (content(), rejected(path)) == (before, refused)
