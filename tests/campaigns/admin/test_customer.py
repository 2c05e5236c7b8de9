"""Customers in the back office."""

import pytest
from django.db.models import F
from django.urls import reverse

from campaigns.admin.customer import CustomerAdmin
from campaigns.models import Customer
from promo_site.roles import OPERATOR
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03")]


def test_order_that_counts_itself_while_a_customer_is_edited_stays_counted(client, monkeypatch):
    customer, get_object = make_customer(phone="1"), CustomerAdmin.get_object

    def get_object_before_the_order(self, *args, **kwargs):
        found = get_object(self, *args, **kwargs)
        Customer.objects.filter(pk=customer.pk).update(orders_placed=F("orders_placed") + 1)
        return found

    monkeypatch.setattr(CustomerAdmin, "get_object", get_object_before_the_order)
    client.force_login(make_user(groups=[OPERATOR]))
    typed = {"name": "Li Lei", "level": "", "phone": "2", "region": ""}
    client.post(reverse("admin:campaigns_customer_change", args=[customer.pk]), typed)
    customer.refresh_from_db()
    assert (customer.name, customer.phone, customer.orders_placed) == ("Li Lei", "2", 1)


@pytest.mark.parametrize(("phone", "verified_at"), [("1", LONG_AGO), ("2", None)])
def test_new_phone_number_is_not_verified_and_the_same_one_stays_so(client, phone, verified_at):
    customer = make_customer(phone="1", phone_verified_at=LONG_AGO)
    client.force_login(make_user(groups=[OPERATOR]))
    typed = {"name": "Li Lei", "level": "", "phone": phone, "region": ""}
    client.post(reverse("admin:campaigns_customer_change", args=[customer.pk]), typed)
    customer.refresh_from_db()
    assert (customer.name, customer.phone, customer.phone_verified_at) == ("Li Lei", phone, verified_at)
