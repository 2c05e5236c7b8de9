"""Other systems: one with a token, and what it sends."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from rest_framework.authtoken.models import Token

from tests.factories.campaigns import make_user

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh_throttles() -> None:
    cache.clear()


@pytest.fixture
def login(db):
    return make_user("erp")


@pytest.fixture
def integrator(login) -> Client:
    """A system with a token; it may not name customers."""
    return Client(headers={"Authorization": f"Token {Token.objects.create(user=login).key}"})


@pytest.fixture
def trusted(integrator, login) -> Client:
    """The same system, with the permission to name customers."""
    login.user_permissions.add(Permission.objects.get(codename="quote_customer"))
    return integrator


@pytest.fixture
def ask(integrator) -> Ask:
    """Send a body, given as JSON value or as text, as the integrator, or as `by`."""

    def send(body: Any, *, by: Client = integrator, **headers: Any) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return by.post("/api/v1/quotes/", text, content_type="application/json", headers=headers)

    return send
