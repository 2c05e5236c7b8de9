"""Rates of the API that make no sense keep the site from starting, and are named."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from rest_framework.throttling import SimpleRateThrottle

from storefront.api.checks import VARIABLES, check_rates

pytestmark = pytest.mark.req("PLT-02")


@pytest.fixture(params=VARIABLES)
def rate_of(request, settings):
    """Set one of the rates; the others stay as they are. Returns the name of its variable."""

    def set_rate(rate: str) -> str:
        rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], request.param: rate}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
        return VARIABLES[request.param]

    return set_rate


@pytest.mark.parametrize("rate", ["", "600", "many/minute", "0/minute", "-1/day", "600/fortnight", "6.5/s", "1/s/m"])
def test_malformed_rate_is_refused_at_start_naming_its_variable(rate_of, rate):
    variable = rate_of(rate)
    with pytest.raises(SystemCheckError) as refused:
        call_command("check")
    assert f"{variable} is “{rate}”, which is no rate." in str(refused.value)
    assert [error.id for error in check_rates()] == ["storefront.E001"]


@pytest.mark.parametrize(("rate", "read"), [("600/minute", (600, 60)), ("1/s", (1, 1)), ("5000/hour", (5000, 3600))])
def test_rate_that_is_let_through_can_be_read(rate_of, rate, read):
    rate_of(rate)
    assert check_rates() == []
    assert SimpleRateThrottle.parse_rate(None, rate) == read
