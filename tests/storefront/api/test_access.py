"""Who gets into the API, how often, and how it says no."""

import logging

import pytest
from django.test import Client
from redis.exceptions import ConnectionError as NoRedis
from rest_framework.authtoken.models import Token

from storefront.api.access import Throttle
from tests.factories.campaigns import make_customer, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-02")]

QUOTES, CAMPAIGNS = "/api/v1/quotes/", "/api/v1/campaigns/"
BODY = '{"lines": [{"sku": "TEA", "quantity": 1}]}'


def post(client, **headers):
    return client.post(QUOTES, BODY, content_type="application/json", headers=headers)


@pytest.fixture(autouse=True)
def tea(db):
    return make_sku("TEA")


def test_visitors_are_asked_for_a_token():
    for answer in (post(Client()), Client().get(CAMPAIGNS)):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Token"
        assert answer.json() == {"field": None, "message": "Authentication credentials were not provided."}


@pytest.mark.parametrize("token", ["Token", "Token nobody's", "Token a b", "Token \xff", "Bearer x", "Basic x"])
def test_wrong_token_opens_nothing(token):
    assert post(Client(), Authorization=token).status_code == 401


def test_token_of_a_login_that_was_switched_off_opens_nothing(integrator, login):
    assert post(integrator).status_code == 200
    login.is_active = False
    login.save()
    assert post(integrator).status_code == 401


def test_shopper_who_is_signed_in_has_the_shop_but_not_the_api():
    browser = Client()
    browser.force_login(make_customer(user=make_user("mei")).user)
    for answer in (post(browser), browser.get(CAMPAIGNS)):
        assert answer.status_code == 403
        assert answer.json()["message"] == "The API is for holders of a token and for the back office."


@pytest.mark.parametrize("role", ["operator", "approver", "service", "finance"])
def test_back_office_uses_its_session_and_names_no_customer(role):
    office = Client()
    office.force_login(make_user(groups=[role]))
    assert post(office).status_code == 200
    body = BODY[:-1] + ', "customer": "C-1"}'
    assert office.post(QUOTES, body, content_type="application/json").status_code == 403


def test_session_needs_the_csrf_token_and_a_token_does_not(login):
    office = Client(enforce_csrf_checks=True)
    office.force_login(make_user(groups=["operator"]))
    refused = post(office)
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["message"]
    key = Token.objects.create(user=login).key
    assert post(Client(enforce_csrf_checks=True), Authorization=f"Token {key}").status_code == 200


@pytest.mark.parametrize("scope", ["quotes", "campaigns"])
def test_too_many_requests_are_refused_with_the_time_to_wait(integrator, monkeypatch, scope):
    monkeypatch.setattr(Throttle, "THROTTLE_RATES", {"quotes": "2/minute", "campaigns": "2/minute"})
    request = (lambda: post(integrator)) if scope == "quotes" else (lambda: integrator.get(CAMPAIGNS))
    assert [request().status_code for _ in range(3)] == [200, 200, 429]
    answer = request()
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer.json()["field"] is None
    assert answer.json()["message"].startswith("Request was throttled.")
    other = post if scope == "campaigns" else (lambda client: client.get(CAMPAIGNS))
    assert other(integrator).status_code == 200


def test_without_redis_prices_are_still_told(integrator, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise NoRedis

    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", away)
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.allow_request", away)
    with caplog.at_level(logging.WARNING):
        assert post(integrator).status_code == 200
    assert "requests to the API are not counted" in caplog.text


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", QUOTES, 405),
        ("delete", QUOTES, 405),
        ("post", CAMPAIGNS, 405),
        ("get", "/api/v1/", 404),
        ("post", "/api/v1/orders/", 404),
        ("get", "/api/v1/quotes", 404),
    ],
)
def test_other_addresses_and_methods_are_refused_in_the_same_form(integrator, method, address, status):
    answer = getattr(integrator, method)(address)
    assert answer.status_code == status
    assert set(answer.json()) == {"field", "message"}
    assert answer.json()["message"]


def test_nothing_but_json_is_spoken(integrator):
    answer = integrator.get(CAMPAIGNS, headers={"Accept": "text/html"})
    assert answer.status_code == 406
    assert answer["Content-Type"] == "application/json"


def test_tokens_are_made_in_the_back_office_and_not_listed_there(admin_client, login):
    answer = admin_client.post("/admin/authtoken/tokenproxy/add/", {"user": login.pk})
    key = Token.objects.get(user=login).key
    assert answer.status_code == 302
    assert key in admin_client.get("/admin/authtoken/tokenproxy/").text  # told once, by whom it was made
    assert key not in admin_client.get("/admin/authtoken/tokenproxy/").text
    assert key in admin_client.get(f"/admin/authtoken/tokenproxy/{login.pk}/change/").text


@pytest.mark.parametrize("role", ["operator", "approver", "service", "finance"])
def test_no_role_sees_tokens(role):
    office = Client()
    office.force_login(make_user(groups=[role]))
    assert office.get("/admin/authtoken/tokenproxy/").status_code == 403
