"""The pages of service coupons: find, see, give, decide, recall; and the limits that approvers set."""

import pytest
from django.urls import reverse

from campaigns.models import StaffNotice
from campaigns.notice_wording import notice_text
from coupons.models import Compensation, CompensationLimit, Coupon
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.compensations import give, make_agent, make_compensation, make_limit
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]

GIVE = reverse("admin:coupons_compensation_add")
LIST = reverse("admin:coupons_compensation_changelist")
LIMITS = reverse("admin:coupons_compensationlimit_add")


def page_of(row):
    return reverse("admin:coupons_compensation_change", args=[row.pk])


def decide(client, row, button, why=""):
    return client.post(reverse("admin:coupons_compensation_decide", args=[row.pk]), {button: "", "why": why})


@pytest.fixture
def agent(client):
    agent = make_agent("selma")
    client.force_login(agent)
    return agent


@pytest.mark.parametrize("by", ["email", "phone", "username", "code", "order"])
def test_a_customer_is_found_by_what_they_can_tell(client, agent, by):
    user = make_user("lihua", email="LiHua@example.com")
    customer = make_customer("M-77", user=user, phone="138-0000-0009")
    order = make_paid_order({make_sku(): 1}, customer=customer)
    words = {
        "email": "lihua@example.com", "phone": "+86 13800000009", "username": "LIHUA", "code": "m-77",
        "order": order.number,
    }  # fmt: skip
    assert f"customer={customer.pk}" in client.get(GIVE, {"q": words[by]}).url


@pytest.mark.parametrize("words", ["lihua@example", "1380000", "M-7", "none of these"])
def test_a_part_of_it_finds_nobody(client, agent, words):
    make_customer("M-77", user=make_user("lihua", email="lihua@example.com"), phone="13800000009")
    answer = client.get(GIVE, {"q": words})
    assert answer.status_code == 200
    assert not answer.context["found"]


def test_an_agent_sees_what_somebody_holds_and_got_before_and_gives(client, agent):
    template, customer = make_template(name="Sorry"), make_customer()
    make_limit(template)
    make_coupon(customer=customer, template=make_template(name="From before"))
    give(template, customer=customer, ticket="T-0", reason="first trouble")
    page = f"{GIVE}?customer={customer.pk}"
    text = client.get(page).content.decode()
    assert "From before" in text
    assert "first trouble" in text
    answer = client.post(page, {"ticket": "T-9", "template": template.pk, "reason": "second trouble"})
    given = Compensation.objects.get(ticket="T-9")
    assert (answer.url, given.by, given.state) == (page_of(given), agent, "given")
    assert "T-9" in client.get(LIST, {"state__exact": "given", "by__id__exact": agent.pk}).content.decode()


def test_a_refusal_stands_beside_its_field_and_nothing_is_given(client, agent):
    template = make_template()
    make_limit(template, per_day=0)
    page = f"{GIVE}?customer={make_customer().pk}"
    form = client.post(page, {"ticket": "", "template": template.pk, "reason": "trouble"}).context["form"]
    assert list(form.errors) == ["ticket"]
    text = client.post(page, {"ticket": "T-9", "template": template.pk, "reason": "trouble"}).content.decode()
    assert "Your day is used up" in text
    assert not Coupon.objects.exists()


def test_two_people_decide_on_the_page_and_an_agent_recalls(client, agent):
    template = make_template(params={"off_cents": 2_000}, threshold_cents=None)
    make_limit(template)
    asked = give(template, by=agent)
    assert "_approve" not in client.get(page_of(asked)).content.decode()
    assert decide(client, asked, "_approve").status_code == 403
    client.force_login(make_checker())
    assert "_approve" in client.get(page_of(asked)).content.decode()
    decide(client, asked, "_approve", "all right")
    assert Compensation.objects.get().remark == "all right"
    client.force_login(agent)
    decide(client, asked, "_recall", "")
    assert Compensation.objects.get().state == "given"
    decide(client, asked, "_recall", "wrong person")
    assert Compensation.objects.get().state == "recalled"


def test_finance_looks_and_changes_nothing(client):
    given = make_compensation()
    client.force_login(make_user(groups=["finance"]))
    assert "_recall" not in client.get(page_of(given)).content.decode()
    assert decide(client, given, "_recall", "no").status_code == 403
    assert client.get(GIVE).status_code == 403


def test_approvers_set_limits_and_the_list_is_their_history(client):
    client.force_login(make_checker())
    template = make_template()
    sent = {"templates": [template.pk], "per_day": 5, "cents_per_day": "50", "alone_up_to_cents": "12.50"}
    assert f'<input type="checkbox" name="templates" value="{template.pk}"' in client.get(LIMITS).content.decode()
    assert "reason" in client.post(LIMITS, sent).context["adminform"].form.errors
    client.post(LIMITS, sent | {"reason": "for the holidays"})
    limit = CompensationLimit.objects.get()
    assert (limit.cents_per_day, limit.alone_up_to_cents, [*limit.templates.all()]) == (5_000, 1_250, [template])
    text = client.get(reverse("admin:coupons_compensationlimit_changelist")).content.decode()
    assert "for the holidays" in text
    client.force_login(make_user(groups=["operator"]))
    assert client.get(LIMITS).status_code == 403


def test_nobody_is_told_that_a_coupon_of_unknown_worth_is_worth_nothing(client, agent):
    template, checker = make_template("percent_off", params={"rate_bp": 5_000}), make_checker()
    make_limit(template)
    page = f"{GIVE}?customer={make_customer().pk}"
    assert f"{template} · of unknown worth" in client.get(page).text
    text = client.post(page, {"ticket": "T-9", "template": template.pk, "reason": "trouble"}, follow=True).text
    assert "Nobody can say what it is worth at most: a second person has been asked." in text
    assert f"{template}, of unknown worth" in text
    notice = StaffNotice.objects.filter(user=checker).latest("pk")
    assert "asks for a service coupon of unknown worth for" in notice_text(notice)
