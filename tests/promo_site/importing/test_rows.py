from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from promo_site.importing.reasons import SENTENCES, RowRefused
from promo_site.importing.rows import key_of, row_of, sound_name

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 1, 1, tzinfo=UTC)
SOUND = {
    "InvoiceNo": "536365",
    "StockCode": "85123a",
    "Description": " WHITE  HANGING HEART ",
    "Quantity": "6",
    "InvoiceDate": "2010-12-01 08:26:00",
    "UnitPrice": "2.55",
    "CustomerID": "17850",
    "Country": "United Kingdom",
}


def row_with(**cells: str):
    return row_of([*(SOUND | cells).values()], zone=ZONE, now=NOW)


def test_sound_row_becomes_values_with_the_code_in_capitals_and_the_time_in_the_site_zone():
    row = row_with()
    assert row.cancels is False
    assert (row.invoice, row.sku, row.name, row.units) == ("536365", "85123A", "WHITE HANGING HEART", 6)
    assert row.at == datetime(2010, 12, 1, 0, 26, tzinfo=UTC)
    assert (row.day, row.price_cents, row.customer, row.region) == (date(2010, 12, 1), 255, "17850", "United Kingdom")


def test_day_is_the_calendar_day_of_the_site_not_of_utc():
    assert row_with(InvoiceDate="2010-12-01 00:30:00").day == date(2010, 12, 1)
    assert row_with(InvoiceDate="2010-11-30T23:30:00+00:00").day == date(2010, 12, 1)


def test_row_without_customer_belongs_to_a_guest():
    assert row_with(CustomerID="").customer is None


def test_cancellation_counts_its_units_as_positive():
    row = row_with(InvoiceNo="c536379", Quantity="-3")
    assert (row.cancels, row.invoice, row.units) == (True, "C536379", 3)


def test_unspecified_country_is_no_region():
    assert row_with(Country="Unspecified").region == ""


@pytest.mark.parametrize(
    ("text", "cents"), [("2.5", 250), ("2", 200), ("2.550", 255), ("0.01", 1), ("100000000.00", 10_000_000_000)]
)
def test_price_is_read_as_cents(text, cents):
    assert row_with(UnitPrice=text, Quantity="1").price_cents == cents


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"InvoiceNo": ""}, "invoice_number"),
        ({"InvoiceNo": "1" * 31}, "invoice_number"),
        ({"InvoiceNo": "=1+1"}, "invoice_number"),
        ({"StockCode": ""}, "sku_code"),
        ({"StockCode": "<b>"}, "sku_code"),
        ({"StockCode": "A\0B"}, "sku_code"),
        ({"StockCode": "POST"}, "service_code"),
        ({"StockCode": "m"}, "service_code"),
        ({"StockCode": "gift_0001_20"}, "service_code"),
        ({"StockCode": "BANK CHARGES"}, "service_code"),
        ({"StockCode": "AMAZONFEE"}, "service_code"),
        ({"Quantity": ""}, "quantity"),
        ({"Quantity": "1.5"}, "quantity"),
        ({"Quantity": "1e3"}, "quantity"),
        ({"Quantity": "NaN"}, "quantity"),
        ({"Quantity": "٣"}, "quantity"),
        ({"Quantity": "1000001"}, "quantity"),
        ({"Quantity": "9" * 400}, "quantity"),
        ({"Quantity": "0"}, "no_units"),
        ({"InvoiceDate": ""}, "date"),
        ({"InvoiceDate": "yesterday"}, "date"),
        ({"InvoiceDate": "2011-02-30 10:00:00"}, "date"),
        ({"InvoiceDate": "0001-01-01 00:00:00"}, "date"),
        ({"InvoiceDate": "2031-01-01 00:00:00"}, "date"),
        ({"UnitPrice": ""}, "price"),
        ({"UnitPrice": "NaN"}, "price"),
        ({"UnitPrice": "Infinity"}, "price"),
        ({"UnitPrice": "1e3"}, "price"),
        ({"UnitPrice": "1,000.00"}, "price"),
        ({"UnitPrice": "9" * 30}, "price"),
        ({"UnitPrice": "-11062.06"}, "negative_price"),
        ({"UnitPrice": "0.001"}, "sub_cent_price"),
        ({"UnitPrice": "100000000.01"}, "price_too_high"),
        ({"UnitPrice": "1000000.00", "Quantity": "1000000"}, "amount_too_high"),
        ({"UnitPrice": "0.0"}, "no_price"),
        ({"UnitPrice": "0", "Quantity": "-10"}, "write_off"),
        ({"Quantity": "-10"}, "negative_quantity"),
        ({"InvoiceNo": "C536379"}, "cancellation_adds_units"),
        ({"InvoiceNo": "C536379", "Quantity": "-1", "CustomerID": ""}, "cancellation_without_customer"),
        ({"CustomerID": "a b"}, "customer"),
        ({"CustomerID": "1" * 41}, "customer"),
        ({"Country": "X" * 65}, "country"),
        ({"Country": "a\x00b"}, "country"),
    ],
)
def test_unsound_row_is_refused_with_its_reason(cells, reason):
    with pytest.raises(RowRefused) as refused:
        row_with(**cells)
    assert refused.value.reason == reason
    assert reason in SENTENCES


def test_amount_of_a_line_may_be_as_high_as_the_engine_can_price():
    assert row_with(UnitPrice="100000.00", Quantity="1000000").price_cents == 10_000_000


@pytest.mark.parametrize("remark", ["", "?", "damages?", "check", "wrong \x00 CODE", "BAD \ufffd"])
def test_remark_of_the_stockroom_is_no_name(remark):
    assert sound_name(remark) is None


def test_key_of_an_invoice_is_the_same_in_every_run():
    assert str(key_of("536365")) == "48c3ed65-920b-5a80-967d-c89c3f4630b8"
