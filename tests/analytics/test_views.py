import csv
from datetime import date

import pytest
from django.urls import reverse

from analytics.models import ReportDownload
from storefront.models import Order
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("ANA-05")]

PAGE = "/admin/reports/"
FILE = "/admin/reports/discount_shares.csv"
EVER = {"since": "2020-01-01", "until": "2099-12-31"}


@pytest.fixture
def finance(client):
    client.force_login(make_user("fin", groups=["finance"]))
    return client


def test_finance_downloads_a_file_whose_sums_are_the_order(finance):
    sku = make_sku(shop=make_shop(shipping_fee_cents=800), list_cents=10_000)
    make_campaign("spend_tiers", name="=cmd|' /C calc'!A0")
    make_paid_order({sku: 2})
    answer = finance.get(FILE, EVER)
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="discount_shares_2020-01-01_2099-12-31.csv"'
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbfat,entry,order,")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert [(row["entry"], row["net"]) for row in rows] == [
        ("goods", "200.00"),
        ("discount", "-10.00"),
        ("shipping", "8.00"),
    ]
    assert rows[1]["campaign_name"] == "'=cmd|' /C calc'!A0"
    assert Order.objects.get().total_cents == 19_800


def test_campaigns_by_day_are_offered_and_downloaded_in_the_same_way(finance):
    make_campaign("spend_tiers", name="=Ten off")
    make_paid_order({make_sku(list_cents=10_000): 2})
    assert 'action="/admin/reports/campaign_days.csv"' in finance.get(PAGE).text
    answer = finance.get("/admin/reports/campaign_days.csv", EVER)
    assert (answer.status_code, answer.streaming) == (200, True)
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
    assert [(row["campaign_name"], row["orders"], row["list"], row["net"]) for row in rows] == [
        ("'=Ten off", "1", "200.00", "190.00"),
        ("'=Ten off", "1", "200.00", "190.00"),
    ]
    assert rows[1]["day"] == "total"


def test_download_is_recorded(finance):
    b"".join(finance.get(FILE, EVER).streaming_content)
    record = ReportDownload.objects.get()
    assert (record.report, record.by.username) == ("discount_shares", "fin")
    assert (record.since, record.until) == (date(2020, 1, 1), date(2099, 12, 31))


def test_page_offers_each_report_with_its_period_and_columns(finance):
    answer = finance.get(PAGE)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Discount by order line, campaign, coupon and funder" in page
    assert f'action="{FILE}"' in page
    assert "Who pays the discount" in page
    assert 'type="date"' in page
    assert answer.templates


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"since": "2026-13-01", "until": "2026-12-31"}, "Enter a day such as 2026-11-11."),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "The last day must not be before the first one."),
        ({"since": "0001-01-01", "until": "2026-02-01"}, "Enter a day between 1970 and 9000."),
        ({"since": "2026-02-02", "until": "9999-12-31"}, "Enter a day between 1970 and 9000."),
        ({"since": "' OR 1=1", "until": "\t"}, "Enter a day such as 2026-11-11."),
        ({}, "This field is required."),
    ],
)
def test_wrong_period_gets_a_message_and_no_file(finance, asked, message):
    answer = finance.get(FILE, asked)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not ReportDownload.objects.exists()


def test_unknown_report_is_not_found(finance):
    assert finance.get("/admin/reports/nothing.csv", EVER).status_code == 404


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_reports_are_read_only(finance, address):
    assert finance.post(address, EVER).status_code == 405


@pytest.mark.parametrize("group", ["operator", "approver", "service"])
@pytest.mark.parametrize("address", [PAGE, FILE])
def test_other_roles_get_no_reports(client, group, address):
    client.force_login(make_user(groups=[group]))
    assert client.get(address, EVER).status_code == 403
    assert not ReportDownload.objects.exists()


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_visitors_are_asked_to_sign_in(client, address):
    answer = client.get(address, EVER)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


def test_history_of_downloads_is_shown_and_cannot_be_changed(finance):
    b"".join(finance.get(FILE, EVER).streaming_content)
    listing = finance.get(reverse("admin:analytics_reportdownload_changelist"))
    assert listing.status_code == 200
    assert "discount_shares" in listing.content.decode()
    record = ReportDownload.objects.get()
    assert finance.get(reverse("admin:analytics_reportdownload_add")).status_code == 403
    delete = reverse("admin:analytics_reportdownload_delete", args=[record.pk])
    assert finance.post(delete, {"post": "yes"}).status_code == 403
