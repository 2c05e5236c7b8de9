import csv
import stat
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Customer
from pricing.models import Product, Sku
from pricing.selectors.book import book_number
from promo_site.audit.run import audit
from promo_site.importing.reading import WrongFile
from storefront.models import DiscountShare, Order, OrderLine, PaymentEntry, Refund
from tests.factories.pricing import make_sku
from tests.promo_site.importing.csv_files import order_file
from tests.promo_site.importing.state import content, imported, rejected

pytestmark = pytest.mark.django_db


def row(invoice="1001", sku="CUP", units="6", at="2011-03-01 10:00:00", price="2.55", customer="17850", **rest):
    name, country = rest.get("name", "RED CUP"), rest.get("country", "France")
    return f"{invoice},{sku},{name},{units},{at},{price},{customer},{country}"


def test_invoice_becomes_a_paid_order_with_its_customer_lines_and_payment(tmp_path):
    outcome = imported(order_file(tmp_path, row(), row(sku="jug", name="JUG", units="2", price="10.00")))
    order = Order.objects.get()
    assert (order.number, order.source, order.state, order.region) == ("import-1001", "import", "paid", "France")
    assert (order.list_cents, order.discount_cents, order.total_cents) == (3530, 0, 3530)
    assert order.placed_at == order.paid_at == datetime(2011, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert list(order.lines.values_list("position", "sku__code", "name", "quantity", "list_cents", "net_cents")) == [
        (1, "CUP", "RED CUP", 6, 255, 1530),
        (2, "JUG", "JUG", 2, 1000, 2000),
    ]
    customer = order.customer
    assert (customer.code, customer.region, customer.user, customer.orders_placed) == (
        "import-17850",
        "France",
        None,
        1,
    )
    assert customer.registered_at == customer.first_paid_at == order.placed_at
    entry = PaymentEntry.objects.get()
    assert (entry.order, entry.kind, entry.amount_cents, entry.provider) == (order, "payment", 3530, "import")
    assert not DiscountShare.objects.exists()
    assert (outcome.rows, outcome.rows_taken, outcome.orders, outcome.skus, outcome.customers) == (2, 2, 1, 2, 1)
    assert audit() == []


def test_sku_has_its_most_frequent_sound_name_and_its_most_frequent_price(tmp_path):
    imported(
        order_file(
            tmp_path,
            row("1001", "85a", name="damages?", price="9.00"),
            row("1002", "85A", name="CUP", price="2.55"),
            row("1003", "85A", name="RED CUP", price="2.55"),
            row("1004", "85a", name="RED CUP", price="3.00"),
            row("1005", "JUG", name="?", price="1.00"),
            row("1006", "JUG", name="", price="2.00"),
        )
    )
    assert list(Sku.objects.values_list("code", "product__name", "list_cents")) == [
        ("85A", "RED CUP", 255),
        ("JUG", "JUG", 200),
    ]
    assert OrderLine.objects.get(order__number="import-1001").name == "RED CUP"


def test_catalogue_that_is_there_stays_as_it_is(tmp_path):
    sku = make_sku("CUP", list_cents=99_00)
    before = book_number()
    imported(order_file(tmp_path, row()))
    sku.refresh_from_db()
    assert (sku.list_cents, Product.objects.count()) == (99_00, 1)
    assert OrderLine.objects.get().sku == sku
    assert OrderLine.objects.get().shop == sku.product.shop
    assert book_number() == before


def test_new_goods_turn_the_page_of_the_book(tmp_path):
    before = book_number()
    imported(order_file(tmp_path, row()))
    assert book_number() > before


def test_same_sku_on_several_rows_makes_as_many_lines(tmp_path):
    imported(order_file(tmp_path, row(), row(), row(price="3.00")))
    assert list(OrderLine.objects.values_list("quantity", "list_cents")) == [(6, 255), (6, 255), (6, 300)]


def test_row_without_customer_becomes_the_order_of_a_guest(tmp_path):
    imported(order_file(tmp_path, row(customer="")))
    assert Order.objects.get().customer is None
    assert not Customer.objects.exists()


def test_rows_that_disagree_with_the_first_one_of_their_invoice_are_refused(tmp_path):
    path = order_file(
        tmp_path,
        row(),
        row(customer="2"),
        row(customer=""),
        row(at="2011-03-02 10:00:00"),
        row("1002"),
        row(at="2011-03-01 10:01:00", country="Spain"),
    )
    imported(path)
    assert rejected(path) == [("3", "invoice_customer"), ("4", "invoice_customer"), ("5", "invoice_day")]
    assert Order.objects.get(number="import-1001").lines.count() == 2
    assert Order.objects.get(number="import-1001").region == "France"


def test_invoice_has_2000_rows_at_most(tmp_path):
    path = order_file(tmp_path, *[row()] * 2_001)
    imported(path)
    assert rejected(path) == [("2002", "invoice_too_long")]
    assert OrderLine.objects.count() == 2_000


def test_cancellation_refunds_the_latest_earlier_line_with_enough_units(tmp_path):
    imported(
        order_file(
            tmp_path,
            row("1001", at="2011-03-01 10:00:00"),
            row("1002", at="2011-03-02 10:00:00"),
            row("1003", at="2011-03-03 10:00:00", units="3"),
            row("C1004", at="2011-03-04 10:00:00", units="-4"),
            row("1005", at="2011-03-05 10:00:00"),
        )
    )
    refund = Refund.objects.get()
    assert (refund.order.number, refund.state, refund.amount_cents) == ("import-1002", "approved", 1020)
    assert refund.requested_at == refund.decided_at == datetime(2011, 3, 4, 2, tzinfo=UTC)
    line = refund.lines.get()
    assert (line.units, line.order_line.returned, line.order_line.refunded_cents) == (4, 4, 1020)
    assert (refund.order.refunded_cents, refund.entry.amount_cents, refund.entry.kind) == (1020, -1020, "refund")
    assert audit() == []


def test_cancellation_over_several_orders_makes_one_refund_for_each(tmp_path):
    imported(
        order_file(
            tmp_path,
            row("1001", at="2011-03-01 10:00:00"),
            row("1002", at="2011-03-02 10:00:00", units="3"),
            row("C1004", at="2011-03-04 10:00:00", units="-2"),
            row("C1004", at="2011-03-04 10:00:00", units="-7"),
        )
    )
    refunds = Refund.objects.order_by("order_id")
    assert list(refunds.values_list("order__number", "amount_cents", "lines__units")) == [
        ("import-1001", 1530, 6),
        ("import-1002", 765, 3),
    ]
    assert audit() == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"units": "-7"}, id="more units than were bought"),
        pytest.param({"price": "2.54"}, id="another price"),
        pytest.param({"customer": "2"}, id="another customer"),
        pytest.param({"sku": "JUG"}, id="another SKU"),
        pytest.param({"at": "2011-02-01 10:00:00"}, id="before the purchase"),
    ],
)
def test_cancellation_without_purchase_is_refused_and_changes_nothing(tmp_path, other):
    path = order_file(tmp_path, row(), row("C1", **({"units": "-1", "at": "2011-03-04 10:00:00"} | other)))
    imported(path)
    assert rejected(path) == [("3", "no_purchase")]
    assert not Refund.objects.exists()
    assert OrderLine.objects.get().returned == 0


def test_second_run_changes_nothing_and_refuses_the_same_rows(tmp_path):
    path = order_file(
        tmp_path,
        row(),
        row("1002", price="0"),
        row("C1003", at="2011-03-04 10:00:00", units="-9"),
        row("C1003", at="2011-03-04 10:00:00", units="-4"),
        row("C1003", at="2011-03-04 10:00:00", units="-2"),
        row("C1004", at="2011-03-05 10:00:00", units="-1"),
    )
    imported(path)
    before, refused = content(), rejected(path)
    outcome = imported(path)
    assert (content(), rejected(path)) == (before, refused)
    assert refused == [("3", "no_price"), ("4", "no_purchase"), ("7", "no_purchase")]
    assert (outcome.orders, outcome.refunds, outcome.skus, outcome.customers) == (0, 0, 0, 0)
    assert (outcome.rows_taken, outcome.rows_refused) == (3, 3)


def test_file_of_the_next_month_may_cancel_orders_of_this_one(tmp_path):
    imported(order_file(tmp_path, row()))
    imported(order_file(tmp_path, row("C1002", at="2011-04-04 10:00:00", units="-6"), row("1003", units="1")))
    assert Refund.objects.get().order.number == "import-1001"
    assert Customer.objects.get().orders_placed == 2
    assert audit() == []


def test_invoice_that_comes_again_with_other_rows_is_refused_and_stays_as_it_was(tmp_path):
    imported(order_file(tmp_path, row()))
    before = content()
    path = order_file(tmp_path, row(), row(units="1"))
    imported(path)
    assert rejected(path) == [("2", "invoice_changed"), ("3", "invoice_changed")]
    assert content() == before


def test_report_repeats_the_refused_rows_harmlessly(tmp_path):
    path = order_file(tmp_path, row(invoice="1001", name="=HYPERLINK(1)", units="-6", price="0.00", country="@x"))
    imported(path)
    text = path.with_name("rejected.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    (cells,) = list(csv.reader(text.decode("utf-8-sig").splitlines()))[1:]
    assert cells[0:2] == ["2", "write_off"]
    assert cells[3:] == [
        "1001", "CUP", "'=HYPERLINK(1)", "-6", "2011-03-01 10:00:00", "0.00", "17850", "'@x",
    ]  # fmt: skip


@pytest.mark.parametrize("content_of_file", ["nonsense", ""])
def test_unreadable_file_changes_nothing(tmp_path, content_of_file):
    path = tmp_path / "orders.csv"
    path.write_text(content_of_file)
    with pytest.raises(WrongFile):
        imported(path)
    assert not Order.objects.exists()
    assert not path.with_name("rejected.csv").exists()


def test_report_that_cannot_be_written_is_refused_before_anything_is_imported(tmp_path):
    (tmp_path / "rejected.csv.unfinished").mkdir()
    with pytest.raises(WrongFile, match="rejected.csv cannot be written"):
        imported(order_file(tmp_path, row()))
    assert not Order.objects.exists()


@pytest.mark.req("CAM-15")
def test_command_prints_what_was_taken_refused_and_added(tmp_path, capsys):
    path = order_file(tmp_path, row(), row("1002", "POST"))
    call_command("import_orders", str(path), report=tmp_path / "out" / "refused.csv", no_progress=True)
    said = capsys.readouterr().out
    assert "2 rows: 1 taken, 1 refused" in said
    assert "1 service_code" in said
    assert "new: 1 SKUs, 1 customers, 1 orders, 0 refunds" in said
    assert stat.S_ISREG((tmp_path / "out" / "refused.csv").stat().st_mode)


def test_command_names_a_missing_file_in_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be opened: No such file or directory"):
        call_command("import_orders", str(tmp_path / "none.csv"), report=tmp_path / "r.csv", no_progress=True)
