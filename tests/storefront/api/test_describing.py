"""The OpenAPI document and its page."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import expect

from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-02")]


def names_of(shape):
    return set(shape["properties"])


def test_document_describes_what_is_sent_and_answered(integrator, ask):
    make_sku("TEA")
    document = integrator.get("/api/v1/schema/").json()
    assert document["openapi"] == "3.0.3"
    assert set(document["paths"]) == {
        "/api/v1/quotes/",
        "/api/v1/campaigns/",
        "/api/v1/stock/",
        "/api/v1/stock/movements/",
        "/api/v1/customers/{customer}/tags/",
        "/api/v1/customers/{customer}/tags/{tag}/",
    }
    quote = document["paths"]["/api/v1/quotes/"]["post"]
    body = quote["requestBody"]["content"]["application/json"]["schema"]
    assert names_of(body) == {"lines", "customer", "region", "channel", "terminal"}
    assert body["required"] == ["lines"]
    assert body["properties"]["lines"]["items"]["required"] == ["sku", "quantity"]
    described = quote["responses"]["200"]["content"]["application/json"]["schema"]
    answer = ask({"lines": [{"sku": "TEA", "quantity": 1}]}).json()
    assert names_of(described) == set(answer)
    assert names_of(described["properties"]["quote"]) == set(answer["quote"])
    line = described["properties"]["quote"]["properties"]["lines"]["items"]
    assert names_of(line) == set(answer["quote"]["lines"][0])
    assert line["properties"]["net_cents"]["type"] == "integer"
    for status in ("400", "401", "403", "413", "422", "429"):
        refusal = quote["responses"][status]["content"]["application/json"]["schema"]
        assert names_of(refusal) == {"field", "message"}


def test_page_takes_everything_from_this_site_under_the_strict_policy():
    answer = Client().get("/api/v1/docs/")
    assert answer.status_code == 200
    assert "'unsafe-" not in answer["Content-Security-Policy"]
    assert 'data-schema="/api/v1/schema/"' in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    files = ["swagger-ui.css", "swagger-ui-bundle.js"]
    for name in [f"drf_spectacular_sidecar/swagger-ui-dist/{file}" for file in files] + ["storefront/api.js"]:
        assert f"/static/{name}" in answer.text
        assert finders.find(name), name


@pytest.mark.browser
def test_page_lists_the_requests_in_a_real_browser(live):
    page = live.page()
    page.goto("/api/v1/docs/")
    expect(page.get_by_role("heading", name="promo_site")).to_be_visible()
    expect(page.get_by_role("button", name="POST /api/v1/quotes/", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="GET /api/v1/campaigns/", exact=True)).to_be_visible()
    page.get_by_role("button", name="POST /api/v1/quotes/", exact=True).click()
    expect(page.get_by_text("Price lines as a cart would be priced at this moment.")).to_be_visible()
