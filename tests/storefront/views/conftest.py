"""Visitors of the shop: a guest and a member, each with a browser of their own."""

import pytest
from django.test import Client

from campaigns.models import Customer
from tests.factories.campaigns import make_customer, make_user


@pytest.fixture
def guest(db) -> Client:
    return Client()


@pytest.fixture
def customer(db) -> Customer:
    return make_customer(user=make_user("mei"), name="Mei")


@pytest.fixture
def member(customer) -> Client:
    browser = Client()
    browser.force_login(customer.user)
    return browser
