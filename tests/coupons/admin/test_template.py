from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coupons.commands.templates import submit_template
from coupons.models import CouponTemplate, TemplateBudget
from tests.factories import NOON
from tests.factories.campaigns import make_user
from tests.factories.coupons import (
    make_claim_campaign,
    make_coupon,
    make_template,
    make_template_revision,
    typed_template,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01")]

LIST = reverse("admin:coupons_coupontemplate_changelist")
ADD = reverse("admin:coupons_coupontemplate_add")


def page_of(template):
    return reverse("admin:coupons_coupontemplate_change", args=[template.pk])


def edit_page(template):
    return reverse("admin:coupons_coupontemplate_edit", args=[template.pk])


def act_page(template, code):
    return reverse("admin:coupons_coupontemplate_act", args=[template.pk, code])


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


@pytest.fixture
def approver():
    return make_user("adam", groups=["approver"])


def test_operator_submits_and_approver_approves_what_was_seen(client, operator, approver):
    client.post(f"{ADD}?kind=amount_off", typed_template(issue_total="100"))
    template = CouponTemplate.objects.get()
    assert client.post(act_page(template, "submit")).url == page_of(template)
    assert client.post(act_page(template, "approve")).status_code == 403
    client.force_login(approver)
    revision = template.revisions.get()
    assert "¥10 off · From ¥100" in client.get(act_page(template, "approve")).content.decode()
    client.post(act_page(template, "approve"), {"seen": revision.content_hash, "reason": "Fine"})
    template.refresh_from_db()
    assert (template.state, template.current_revision) == ("approved", revision)
    assert TemplateBudget.objects.get().issue_total == 100


def test_rejection_needs_a_reason_and_goes_back_to_the_author(client, operator, approver):
    revision = make_template_revision(author=operator)
    submit_template(revision_id=revision.pk, by=operator, at=timezone.now())
    client.force_login(approver)
    client.post(act_page(revision.template, "reject"), {"reason": " "})
    assert CouponTemplate.objects.get().state == "in_review"
    client.post(act_page(revision.template, "reject"), {"reason": "Too generous"})
    assert CouponTemplate.objects.get().state == "rejected"
    client.force_login(operator)
    assert "Too generous" in client.get(page_of(revision.template)).content.decode()
    client.post(act_page(revision.template, "revise"))
    assert CouponTemplate.objects.get().state == "draft"
    assert client.get(edit_page(revision.template)).status_code == 200


def test_incomplete_draft_is_saved_and_says_what_is_missing(client, operator):
    client.post(f"{ADD}?kind=amount_off", typed_template(with_coupons=None, name_zh=None))
    template = CouponTemplate.objects.get()
    page = client.get(page_of(template)).content.decode()
    assert "Answer all three stacking questions." in page
    client.post(act_page(template, "submit"))
    assert CouponTemplate.objects.get().state == "draft"


def test_what_is_approved_is_locked_and_get_changes_nothing(client, operator):
    template = make_template()
    for code in ("pause", "stop", "revise", "duplicate"):
        assert client.get(act_page(template, code)).status_code == 200
    assert client.get(edit_page(template)).url == page_of(template)
    template.refresh_from_db()
    assert (template.state, CouponTemplate.objects.count(), template.revisions.count()) == ("approved", 1, 1)


@pytest.mark.parametrize("role", ["approver", "service", "finance"])
def test_other_roles_look_and_do_not_write(client, role):
    client.force_login(make_user(groups=[role]))
    template = make_template(approved=False)
    assert client.get(LIST).status_code == client.get(page_of(template)).status_code == 200
    assert client.get(ADD, {"kind": "amount_off"}).status_code == 403
    assert client.post(f"{ADD}?kind=amount_off", typed_template()).status_code == 403
    assert client.get(edit_page(template)).status_code == 403
    assert client.post(act_page(template, "submit")).status_code == 403
    assert CouponTemplate.objects.count() == 1


def test_pause_and_resume_keep_the_reason(client, approver):
    template = make_template()
    client.force_login(approver)
    client.post(act_page(template, "pause"), {"reason": "Too many new accounts"})
    assert CouponTemplate.objects.get().state == "paused"
    client.post(act_page(template, "resume"))
    assert list(template.transitions.values_list("move", "reason")) == [
        ("pause", "Too many new accounts"),
        ("resume", ""),
    ]


def test_list_says_issued_used_and_budget_of_every_row(client, operator, django_assert_max_num_queries):
    template = make_template(name="Ten off", issue_total=1_000, budget_cents=100_000)
    make_coupon(template=template)
    used = make_coupon(template=template)
    type(used).objects.filter(pk=used.pk).update(state="used", order_key=used.number, used_at=NOON)
    for number in range(5):
        make_template(name=f"Other {number}")
    make_template(name="Still a draft", approved=False)
    with django_assert_max_num_queries(25):
        rows = client.get(LIST).content.decode()
    (row,) = [row for row in rows.split("<tr") if "Ten off" in row]
    assert "2 of 1,000" in row
    assert "¥20 of ¥1,000" in row
    assert client.get(LIST, {"stage": "draft"}).content.decode().count("Still a draft") > 0
    assert "Ten off" not in client.get(LIST, {"stage": "draft"}).content.decode()
    assert "Ten off" in client.get(LIST, {"q": "Ten"}).content.decode()


@pytest.mark.req("CPN-03")
def test_shortening_a_coupon_that_is_being_claimed_names_the_validity(client, operator):
    template = make_template(validity="fixed", valid_from=NOON, valid_until=timezone.now() + timedelta(days=9))
    make_claim_campaign(template=template, ends_at=timezone.now() + timedelta(days=5))
    client.post(act_page(template, "revise"))
    soon = timezone.localtime(timezone.now() + timedelta(days=2))
    data = typed_template(
        validity="fixed", valid_days=None, valid_from_0="2026-11-01", valid_from_1="00:00:00",
        valid_until_0=soon.strftime("%Y-%m-%d"), valid_until_1="00:00:00",
    )  # fmt: skip
    client.post(edit_page(template), data)
    assert "must be claimed by" in client.get(page_of(template)).content.decode()
    client.post(act_page(template, "submit"))
    assert template.revisions.get(number=2).review == "draft"
