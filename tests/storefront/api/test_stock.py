"""Stock over the API: read by other systems, booked once for each key, all lines or none."""

import json
from functools import partial

import pytest
from django.contrib.auth.models import Permission

from pricing.models import OnHandStock, StockMovement
from promo_site.audit.run import audit
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_sku
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17", "PLT-02")]

URL = "/api/v1/stock/movements/"
KEY = "delivery-4711"


@pytest.fixture
def warehouse(integrator, login):
    for code in ("move_onhandstock", "view_onhandstock"):
        login.user_permissions.add(Permission.objects.get(codename=code))
    return integrator


def send(client, body, key=KEY):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, json.dumps(body), content_type="application/json", headers=headers)


def order(act="receipt", reason="delivery 4711", **units):
    return {"act": act, "lines": [{"sku": sku, "units": count} for sku, count in units.items()], "reason": reason}


def free(code):
    return OnHandStock.objects.get(sku__code=code).free


def test_receipt_is_booked_once_and_answered_alike_when_it_is_sent_again(warehouse, login):
    make_sku("TEA", on_hand=5)
    first, second = send(warehouse, order(TEA=40)), send(warehouse, order(TEA=40))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    (row,) = first.json()["movements"]
    assert (row["sku"], row["kind"], row["units"], row["reason"]) == ("TEA", "receipt", 40, "delivery 4711")
    assert StockMovement.objects.get(kind="receipt").by == login
    assert free("TEA") == 45
    assert audit() == []


def test_key_that_comes_with_another_body_is_refused(warehouse):
    make_sku("TEA", on_hand=5)
    send(warehouse, order(TEA=40))
    answer = send(warehouse, order(TEA=41))
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert free("TEA") == 45


def test_count_says_what_is_in_the_house_and_begins_counting(warehouse):
    tea = make_sku("TEA", on_hand=50)
    make_sku("CUP")
    make_campaign("percent_off", stock={tea: 30})
    answer = send(warehouse, order("count", TEA=44, CUP=7))
    assert {(row["sku"], row["kind"], row["units"]) for row in answer.json()["movements"]} == {
        ("TEA", "correction", -6),
        ("CUP", "counted", 7),
    }
    stock = warehouse.get("/api/v1/stock/").json()["stock"]
    assert stock == [
        {"sku": "CUP", "house": 7, "reserved": 0, "free": 7},
        {"sku": "TEA", "house": 44, "reserved": 30, "free": 14},
    ]
    assert audit() == []


@pytest.mark.parametrize(
    ("body", "key", "status", "field"),
    [
        (order(TEA=3), "", 400, "Idempotency-Key"),
        (order(TEA=3), "short", 400, "Idempotency-Key"),
        (order("steal", TEA=3), KEY, 400, "act"),
        (order(), KEY, 400, "lines"),
        ({"act": "receipt", "lines": [{"sku": "TEA", "units": "3"}]}, KEY, 400, "lines[0].units"),
        ({"act": "receipt", "lines": [{"sku": "TEA", "units": 1}] * 2}, KEY, 400, "lines[1].sku"),
        (order(TEA=3, NOTHING=3), KEY, 400, "lines[1].sku"),
        (order(TEA=3, UNCOUNTED=3), KEY, 422, "lines[1].sku"),
        (order(TEA=0), KEY, 422, "lines[0].units"),
        (order("write_off", TEA=6), KEY, 422, "lines[0].units"),
        (order("correction", reason="", TEA=1), KEY, 422, "reason"),
        (order("correction", TEA=10**12), KEY, 422, "lines[0].units"),
    ],
)
def test_wrong_requests_name_the_field_and_book_nothing(warehouse, body, key, status, field):
    make_sku("TEA", on_hand=5)
    make_sku("UNCOUNTED")
    answer = send(warehouse, body, key)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert (free("TEA"), StockMovement.objects.count()) == (5, 1)


def test_movements_are_read_page_by_page(warehouse):
    make_sku("TEA", on_hand=5)
    send(warehouse, order(TEA=40))
    everything = warehouse.get(URL).json()["movements"]
    assert [row["kind"] for row in everything] == ["counted", "receipt"]
    assert warehouse.get(URL, {"after": everything[0]["id"]}).json()["movements"] == everything[1:]
    assert warehouse.get(URL, {"after": "x"}).status_code == 400


def test_stock_is_moved_and_seen_with_the_permission_only(integrator):
    make_sku("TEA", on_hand=5)
    assert send(integrator, order(TEA=40)).status_code == 403
    assert integrator.get(URL).status_code == 403
    assert integrator.get("/api/v1/stock/").status_code == 403
    assert free("TEA") == 5


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_request_sent_eight_times_at_once_is_booked_once(warehouse):
    make_sku("TEA", on_hand=5)
    answers = all_at_once([partial(send, warehouse, order(TEA=40))] * 8)
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert free("TEA") == 45
    assert audit() == []
