"""Bad bodies get a message that names the field, in the right status, and never a server error."""

import json

import pytest

from pricing.engine.errors import Refusal
from pricing.transactions import BUSY, Busy
from tests.factories.campaigns import make_customer
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-02")]

LINE = {"sku": "TEA", "quantity": 1}


@pytest.fixture(autouse=True)
def tea(db):
    return make_sku("TEA")


def many(count):
    return [{"sku": f"SKU-{place}", "quantity": 1} for place in range(count)]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        pytest.param("", "lines", "This is needed.", id="empty"),
        pytest.param('{"lines": [', "document", "This is not JSON.", id="cut short"),
        pytest.param(b'{"lines": "\xff\xfe"}', "document", "This is not JSON.", id="no UTF-8"),
        pytest.param("[" * 100_000, "document", "This is not JSON.", id="deeply nested"),
        pytest.param("9" * 5_000, "document", "This is not JSON.", id="number of 5,000 digits"),
        pytest.param("[]", "", "A mapping of names to values is needed.", id="list"),
        pytest.param("null", "", "A mapping of names to values is needed.", id="null"),
        pytest.param("{}", "lines", "This is needed.", id="no lines"),
        pytest.param({"lines": []}, "lines", "Give at least one line.", id="empty lines"),
        pytest.param({"lines": "TEA"}, "lines", "A list is needed.", id="lines as text"),
        pytest.param({"lines": [LINE, 7]}, "lines[1]", "A mapping of names to values is needed.", id="line as number"),
        pytest.param({"lines": many(2_001)}, "lines", "A cart holds at most 2000 lines.", id="2,001 lines"),
        pytest.param(
            {"lines": [LINE, LINE]},
            "lines[1].sku",
            "This SKU has a line already: add up the quantities.",
            id="SKU twice",
        ),
        pytest.param({"lines": [{"sku": "TEA"}]}, "lines[0].quantity", "This is needed.", id="no quantity"),
        pytest.param({"lines": [LINE | {"price": 1}]}, "lines[0].price", "There is no such field.", id="unknown field"),
        pytest.param({"lines": [LINE], "at": "now"}, "at", "There is no such field.", id="own clock"),
        pytest.param(
            {"lines": [LINE | {"sku": "T\x00EA"}]},
            "lines[0].sku",
            "The text holds a character that cannot be stored.",
            id="NUL",
        ),
        pytest.param(
            '{"lines": [{"sku": "\\ud800", "quantity": 1}]}',
            "lines[0].sku",
            "The text holds a character that cannot be stored.",
            id="half a character",
        ),
        pytest.param(
            {"lines": [LINE | {"sku": "T" * 201}]},
            "lines[0].sku",
            "A text of at most 200 characters is needed.",
            id="long SKU",
        ),
        pytest.param({"lines": [LINE], "region": "r" * 65}, "region", "The region is too long.", id="long region"),
        pytest.param(
            '{"lines": [{"sku": "TEA", "quantity": 1, "quantity": 2}]}',
            "quantity",
            "This name stands twice in one mapping.",
            id="name twice",
        ),
        pytest.param(
            {"lines": [LINE], "customer": 7}, "customer", "A text of at most 200 characters is needed.", id="customer 7"
        ),
    ],
)
def test_body_that_is_no_request_is_refused_naming_the_field(ask, body, field, said):
    answer = ask(body)
    assert (answer.status_code, answer.json()) == (400, {"field": field, "message": said})


@pytest.mark.parametrize(
    "quantity", ["NaN", "Infinity", "-Infinity", "1.5", "1e400", '"1"', "true", "null", "[1]", "{}"]
)
def test_quantity_that_is_no_whole_number_is_refused(ask, quantity):
    answer = ask('{"lines": [{"sku": "TEA", "quantity": ' + quantity + "}]}")
    assert answer.status_code == 400
    assert answer.json() == {"field": "lines[0].quantity", "message": "A whole number is needed."}


@pytest.mark.parametrize("quantity", [0, -1, 10_000, 10**18, -(10**30), 10**4_000])
def test_quantity_out_of_range_is_refused(ask, quantity):
    answer = ask({"lines": [LINE | {"quantity": quantity}]})
    assert answer.status_code == 400
    assert answer.json() == {"field": "lines[0].quantity", "message": "Give a number from 1 to 9999."}


def test_sku_that_is_unknown_or_not_for_sale_is_refused_naming_its_line(ask):
    make_sku("OLD", is_active=False)
    for code in ("OLD", "NONE", "", "茶"):
        answer = ask({"lines": [LINE, {"sku": code, "quantity": 1}]})
        assert answer.status_code == 422
        assert answer.json() == {"field": "lines[1].sku", "message": "No SKU with this code is for sale."}


def test_amount_beyond_what_is_priced_is_refused(ask):
    make_sku("CROWN", list_cents=10**10)
    answer = ask({"lines": [{"sku": "CROWN", "quantity": 9_999}]})
    assert answer.status_code == 422
    assert answer.json() == {"field": "lines[0].quantity", "message": "The amount of this line is out of range."}


def test_most_lines_with_most_units_are_priced(ask):
    codes = [make_sku().code for _ in range(60)]
    answer = ask({"lines": [{"sku": code, "quantity": 9_999} for code in codes]})
    assert (answer.status_code, answer.json()["quote"]["total_cents"]) == (200, 60 * 9_999 * 10_000)


def test_only_who_may_name_customers_learns_whether_one_exists(ask, login):
    make_customer("C-1")
    for code in ("C-1", "C-2"):
        answer = ask({"lines": [LINE], "customer": code})
        assert answer.status_code == 403
        assert answer.json() == {"field": "customer", "message": "Naming a customer needs a permission of its own."}


def test_unknown_customer_is_refused(ask, trusted):
    answer = ask({"lines": [LINE], "customer": "C-2"})
    assert (answer.status_code, answer.json()["field"]) == (422, "customer")


def test_body_of_more_than_a_megabyte_is_refused(ask):
    answer = ask(json.dumps({"lines": [LINE]}) + " " * 1_000_000)
    assert answer.status_code == 413
    assert answer.json() == {"field": None, "message": "A request holds at most 1 megabyte."}


def test_forms_are_not_read(integrator):
    answer = integrator.post("/api/v1/quotes/", {"lines": "TEA"})
    assert answer.status_code == 415
    assert answer.json()["field"] is None


def test_refusals_speak_the_language_of_the_request(ask):
    answer = ask({"lines": []}, **{"Accept-Language": "zh-hans"})
    assert answer.json() == {"field": "lines", "message": "请至少提供一行。"}


@pytest.mark.parametrize(("refusal", "status"), [(Busy(BUSY), 409), (Refusal("No."), 422)])
def test_every_refusal_on_the_way_becomes_an_answer(ask, monkeypatch, refusal, status):
    def refuse(*args, **kwargs):
        raise refusal

    monkeypatch.setattr("storefront.api.quotes.price_wanted", refuse)
    answer = ask({"lines": [LINE]})
    assert (answer.status_code, answer.json()) == (status, {"field": None, "message": refusal.msgid})
