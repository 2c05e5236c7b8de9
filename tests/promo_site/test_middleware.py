import pytest

from tests.factories.campaigns import make_user


def policy_of(response) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


@pytest.mark.django_db
def test_only_the_back_office_may_evaluate_scripts_and_style_inline(client):
    shop, office = policy_of(client.get("/no-such-page/")), policy_of(client.get("/admin/login/"))
    assert shop["script-src"].startswith("'self'")
    assert "'unsafe-" not in "".join(shop.values())
    assert shop["style-src"] == "'self'"
    assert "'unsafe-eval'" in office["script-src"]
    assert "'unsafe-inline'" not in office["script-src"]
    assert office["style-src"] == "'self' 'unsafe-inline'"
    assert office["object-src"] == "'none'"


@pytest.mark.django_db
def test_page_whose_address_only_begins_like_the_back_office_stays_strict(client):
    assert "'unsafe-eval'" not in client.get("/administration/")["Content-Security-Policy"]


@pytest.mark.django_db
def test_filter_that_no_column_can_hold_is_refused_in_the_back_office_only(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.get("/admin/storefront/order/?state__exact=%00").status_code == 400
    assert client.get("/admin/storefront/order/?state__exact=paid").status_code == 200
    assert client.get("/products/?q=%00").status_code == 200
