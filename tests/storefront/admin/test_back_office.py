"""The back office of orders and refunds: looking never changes anything, deciding needs the right and a POST."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from pricing.clock import database_now
from promo_site.roles import APPROVER, FINANCE, OPERATOR, SERVICE
from storefront.commands.refunds import RefundRequest, request_refund
from storefront.models import Order, PaymentEntry, PaymentNotice, Refund
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_product, make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def as_role(role: str):
        client.force_login(make_user(groups=[role]))
        return client

    return as_role


@pytest.fixture
def order() -> Order:
    """300 less 10 by a campaign and 10 by a coupon, shipping 5."""
    shop, customer = make_shop(shipping_fee_cents=500), make_customer()
    make_campaign(name="Ten off")
    make_lasting_coupon(customer)
    return make_paid_order({make_sku(list_cents=30_000, shop=shop): 1}, customer=customer)


@pytest.fixture
def waiting(order) -> Refund:
    request = RefundRequest({order.lines.get().pk: 1}, uuid4(), shown_cents=28_500, reason="too small")
    return request_refund(order_id=order.pk, request=request, at=database_now())


def act_url(row: Order | Refund, code: str) -> str:
    return reverse(f"admin:storefront_{row._meta.model_name}_act", args=[row.pk, code])


def page_url(row: Order | Refund | PaymentNotice) -> str:
    return reverse(f"admin:storefront_{row._meta.model_name}_change", args=[row.pk])


@pytest.mark.req("SHP-08", "REV-04")
def test_order_page_shows_every_share_its_funder_and_what_was_taken_back(sign_in, order):
    sku = order.lines.get().sku
    refund(order, {sku: 1})
    page = sign_in(FINANCE).get(page_url(order)).content.decode()
    for text in (order.number, "¥300.00", "¥285.00", "Ten off", "platform", "¥10.00", "-¥285.00"):
        assert text in page


def test_pages_say_amounts_and_states_as_people_do(sign_in, waiting):
    staff = sign_in(SERVICE)
    assert str(waiting) == f"{waiting.order.number} · ¥285"
    assert "awaiting payment → paid" in staff.get(page_url(waiting.order)).content.decode()
    with translation.override("zh-hans"):
        assert str(waiting.order.transitions.get()) != "awaiting payment → paid"


def test_lists_show_orders_refunds_and_notices(sign_in, waiting):
    staff = sign_in(SERVICE)
    for model, text in (("order", "¥285.00"), ("refund", waiting.order.number), ("paymentnotice", "¥285.00")):
        assert text in staff.get(reverse(f"admin:storefront_{model}_changelist")).content.decode()
    assert staff.get(page_url(PaymentNotice.objects.get())).status_code == 200


@pytest.mark.req("REV-06", "PLT-03")
def test_service_agent_sees_the_figures_and_approves_by_post_only(sign_in, waiting):
    agent = sign_in(SERVICE)
    assert act_url(waiting, "approve") in agent.get(page_url(waiting)).content.decode()
    confirm = agent.get(act_url(waiting, "approve"))
    assert "¥285.00" in confirm.content.decode()
    assert Refund.objects.get().state == "requested"
    agent.post(act_url(waiting, "approve"), {"note": "fine"}, follow=True)
    assert Refund.objects.get().decision_note == "fine"
    assert PaymentEntry.objects.get(kind="refund").amount_cents == -28_500


def test_rejecting_needs_a_reason(sign_in, waiting):
    agent = sign_in(SERVICE)
    assert "Say why" in agent.post(act_url(waiting, "reject"), {"note": " "}).content.decode()
    assert Refund.objects.get().state == "requested"
    agent.post(act_url(waiting, "reject"), {"note": "worn"})
    assert Refund.objects.get().state == "rejected"


@pytest.mark.req("PLT-03")
def test_note_is_kept_without_the_character_that_no_column_can_hold(sign_in, waiting):
    sign_in(SERVICE).post(act_url(waiting, "reject"), {"note": "wo\0rn"})
    assert Refund.objects.get().decision_note == "worn"


def test_second_decision_is_told_and_changes_nothing(sign_in, waiting):
    agent = sign_in(SERVICE)
    agent.post(act_url(waiting, "approve"))
    page = agent.post(act_url(waiting, "reject"), {"note": "no"}, follow=True).content.decode()
    assert "decided already" in page
    assert "nothing left to decide" in agent.get(act_url(waiting, "approve"), follow=True).content.decode()
    assert Refund.objects.get().state == "approved"


@pytest.mark.req("PLT-03")
@pytest.mark.parametrize("role", [OPERATOR, APPROVER, FINANCE])
def test_other_roles_look_and_decide_nothing(sign_in, waiting, role):
    staff, unpaid = sign_in(role), make_order()
    assert act_url(waiting, "approve") not in staff.get(page_url(waiting)).content.decode()
    for url in (act_url(waiting, "approve"), act_url(waiting, "reject"), act_url(unpaid, "cancel")):
        assert staff.get(url).status_code == 403
        assert staff.post(url, {"note": "x"}).status_code == 403
    assert Refund.objects.get().state == "requested"


@pytest.mark.req("REV-01")
def test_service_agent_cancels_an_unpaid_order(sign_in):
    agent, unpaid = sign_in(SERVICE), make_order()
    assert agent.get(act_url(unpaid, "cancel")).status_code == 200
    assert Order.objects.get().state == "awaiting_payment"
    agent.post(act_url(unpaid, "cancel"), {"note": "asked by phone"})
    assert (Order.objects.get().state, Order.objects.get().cancel_reason) == ("cancelled", "asked by phone")


def test_paid_order_has_no_cancel_button_and_refuses(sign_in, order):
    agent = sign_in(SERVICE)
    assert act_url(order, "cancel") not in agent.get(page_url(order)).content.decode()
    assert "ask for a refund" in agent.post(act_url(order, "cancel"), follow=True).content.decode()


@pytest.mark.parametrize("act", ["add", "delete"])
def test_nothing_is_added_or_deleted_by_hand(sign_in, order, act):
    args = [] if act == "add" else [order.pk]
    assert sign_in(SERVICE).get(reverse(f"admin:storefront_order_{act}", args=args)).status_code == 403


def test_unknown_rows_and_acts_are_not_found(sign_in, waiting):
    agent = sign_in(SERVICE)
    assert agent.get(act_url(waiting, "burn")).status_code == 404
    assert agent.get(reverse("admin:storefront_refund_act", args=[0, "approve"])).status_code == 404
    assert agent.get(page_url(Order(pk=0))).status_code == 404


@pytest.mark.req("CAM-02", "CPN-06")
def test_order_shows_gifts_at_nothing_and_the_coupons_it_earned(sign_in):
    mug = make_sku("MUG", product=make_product(name="Mug"))
    make_campaign("gift", params={"gifts": [{"sku": mug.code, "value_cents": 3_000}]}, layer="order")
    make_campaign("reward", params={"template": "7", "value_cents": 500}, layer="order")
    order = make_order({make_sku(): 1})
    page = sign_in(SERVICE).get(reverse("admin:storefront_order_change", args=[order.pk])).text
    assert "Gift · Mug" in page
    assert "worth ¥30" in page
    assert "not issued yet" in page
