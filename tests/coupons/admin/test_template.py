from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coupons.commands.templates import submit_template
from coupons.models import CouponTemplate, CouponTemplateRevision, TemplateBudget
from coupons.validity import last_day, period_of
from tests.factories import NOON
from tests.factories.campaigns import make_user
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template, make_template_revision
from tests.factories.pricing import make_category, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01")]

LIST = reverse("admin:coupons_coupontemplate_changelist")
ADD = reverse("admin:coupons_coupontemplate_add")
EXPLAIN = reverse("admin:coupons_coupontemplate_explain")


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


def posted(**changes):
    data = {
        "name": "¥10 off ¥100",
        "name_zh": "满100减10",
        "rule_off_cents": "10",
        "threshold_cents": "100",
        "threshold_on": "net",
        "validity": "after_claim",
        "valid_days": "3",
        "everything": "on",
        "with_shop_offers": "yes",
        "with_platform_activities": "yes",
        "with_coupons": "no",
        "refund_policy": "as_paid",
        "priority": "0",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def errors_of(answer):
    assert answer.status_code == 200
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}


def test_new_template_begins_with_the_choice_of_its_kind(client, operator):
    page = client.get(ADD).content.decode()
    assert page.index("?kind=amount_off") < page.index("?kind=percent_off")
    assert client.get(ADD, {"kind": "no_such_kind"}).status_code == 404
    assert client.get(ADD, {"kind": "free_shipping"}).status_code == 404


def test_form_of_an_amount_stores_a_draft_with_exact_figures(client, operator):
    answer = client.post(f"{ADD}?kind=amount_off", posted(budget_cents="100000", issue_total="10000"))
    template = CouponTemplate.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(template))
    revision = template.revisions.get()
    assert (revision.author, revision.review, template.state) == (operator, "draft", "draft")
    assert (revision.benefit_code, revision.params) == ("amount_off", {"off_cents": 1_000})
    assert revision.conditions == [{"code": "min_spend", "params": {"threshold_cents": 10_000}}]
    assert (revision.face_cents, revision.budget_cents, revision.issue_total) == (1_000, 10_000_000, 10_000)
    assert (revision.validity, revision.valid_days, revision.starts_after_days) == ("after_claim", 3, 0)
    assert (revision.with_shop_offers, revision.with_platform_activities, revision.with_coupons) == (True, True, False)


@pytest.mark.req("PLT-04")
@pytest.mark.parametrize(("language", "typed"), [("en", "20"), ("zh-hans", "8")])
def test_percentage_is_typed_in_the_way_of_the_language_and_its_cap_is_what_it_reserves(
    client, operator, language, typed
):
    client.cookies.load({"django_language": language})
    data = posted(rule_off_cents=None, rule_rate_bp=typed, rule_cap_cents="50")
    client.post(f"{ADD}?kind=percent_off", data)
    revision = CouponTemplateRevision.objects.get()
    assert revision.params == {"rate_bp": 2_000, "cap_cents": 5_000}
    assert revision.face_cents == 5_000


@pytest.mark.req("CPN-02")
def test_percentage_without_cap_needs_an_expected_cost_for_its_budget(client, operator):
    data = posted(rule_off_cents=None, rule_rate_bp="20", budget_cents="100")
    assert list(errors_of(client.post(f"{ADD}?kind=percent_off", data))) == ["face_cents"]
    client.post(f"{ADD}?kind=percent_off", data | {"face_cents": "12.50"})
    assert CouponTemplateRevision.objects.get().face_cents == 1_250


def test_scope_audience_and_dates_are_stored_and_shown_again(client, operator):
    shop, category, sku = make_shop("mountain"), make_category(), make_sku("TEA")
    data = posted(
        everything=None,
        shops=[shop.pk],
        sku_codes="TEA",
        excluded_categories=[category.pk],
        levels="vip, gold",
        first_order="on",
        validity="fixed",
        valid_days=None,
        valid_from_0="2026-11-01",
        valid_from_1="00:00:00",
        valid_until_0="2099-11-12",
        valid_until_1="00:00:00",
        shop=shop.pk,
        platform_share_bp="60",
    )
    client.post(f"{ADD}?kind=amount_off", data)
    revision = CouponTemplateRevision.objects.get()
    assert [condition["code"] for condition in revision.conditions] == ["min_spend", "member_level", "nth_order"]
    assert revision.conditions[1]["params"] == {"levels": ["gold", "vip"]}
    assert {(row.shop, row.category, row.excluded) for row in revision.scopes.all()} == {
        (shop, None, False),
        (None, category, True),
    }
    assert revision.skus.get().sku == sku
    assert (revision.template.shop, revision.platform_share_bp) == (shop, 6_000)
    assert (revision.valid_days, revision.valid_until.isoformat()) == (None, "2099-11-11T16:00:00+00:00")
    form = client.get(edit_page(revision.template)).context["form"]
    shown = {name: form[name].value() for name in ("levels", "first_order", "shops", "validity", "rule_off_cents")}
    assert shown == {
        "levels": "gold, vip",
        "first_order": True,
        "shops": [shop.pk],
        "validity": "fixed",
        "rule_off_cents": "10",
    }


def test_draft_edited_without_changes_says_what_it_said(client, operator):
    revision = make_template_revision(
        author=operator,
        sku=make_sku(),
        budget_cents=50_000,
        conditions=[
            {"code": "min_spend", "params": {"threshold_cents": 10_000}},
            {"code": "channel", "params": {"channels": ["web"]}},
        ],
    )
    form = client.get(edit_page(revision.template)).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() not in (None, "", False)}
    client.post(edit_page(revision.template), data | {"sku_codes": revision.skus.get().sku.code})
    after = CouponTemplateRevision.objects.get()
    names = ("params", "conditions", "face_cents", "budget_cents", "valid_days", "name_zh", "with_coupons")
    assert [getattr(after, name) for name in names] == [getattr(revision, name) for name in names]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"rule_off_cents": "0"}, "rule_off_cents"),
        ({"rule_off_cents": "-5"}, "rule_off_cents"),
        ({"rule_off_cents": "1e999"}, "rule_off_cents"),
        ({"rule_off_cents": "NaN"}, "rule_off_cents"),
        ({"rule_off_cents": "10.001"}, "rule_off_cents"),
        ({"rule_off_cents": "101"}, "threshold_cents"),
        ({"valid_days": ""}, "valid_days"),
        ({"valid_days": "99999999999"}, "valid_days"),
        ({"starts_after_days": "4"}, "starts_after_days"),
        ({"validity": "fixed"}, "valid_from"),
        ({"validity": "no_such_kind"}, "validity"),
        ({"issue_total": "0"}, "issue_total"),
        ({"issue_total": "10" * 30}, "issue_total"),
        ({"sku_codes": "NO-SUCH-SKU"}, "sku_codes"),
        ({"shops": ["999"]}, "shops"),
        ({"platform_share_bp": "60"}, "platform_share_bp"),
        ({"priority": "1001"}, "priority"),
    ],
)
def test_bad_input_names_the_field_and_stores_nothing(client, operator, changes, field):
    assert field in errors_of(client.post(f"{ADD}?kind=amount_off", posted(**changes)))
    assert not CouponTemplate.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-11-12", "2026-11-12", "valid_until"),
        ("0001-01-01", "2026-11-12", "valid_from"),
        ("2026-11-01", "9999-12-31", "valid_until"),
        ("2026-02-30", "2026-11-12", "valid_from"),
    ],
)
def test_impossible_dates_name_the_field(client, operator, start, end, field):
    dates = {"valid_from_0": start, "valid_from_1": "00:00:00", "valid_until_0": end, "valid_until_1": "00:00:00"}
    assert field in errors_of(client.post(f"{ADD}?kind=amount_off", posted(validity="fixed", **dates)))
    assert not CouponTemplate.objects.exists()


def test_example_date_explains_the_validity_that_is_typed(client, operator):
    today = timezone.now()
    last = last_day(period_of(CouponTemplateRevision(validity="after_claim", valid_days=3), at=today)[1])
    said = client.get(EXPLAIN, {"validity": "after_claim", "valid_days": "3"}).content.decode()
    assert said.startswith("Claimed today (")
    assert f"{last.strftime('%b')}" in said
    assert f"{last.day}, {last.year}" in said.split("→")[1]
    for half_typed in ({"validity": "after_claim", "valid_days": "x"}, {"validity": "fixed"}, {}):
        assert client.get(EXPLAIN, half_typed).content == b""


def test_operator_submits_and_approver_approves_what_was_seen(client, operator, approver):
    client.post(f"{ADD}?kind=amount_off", posted(issue_total="100"))
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
    client.post(f"{ADD}?kind=amount_off", posted(with_coupons=None, name_zh=None))
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
    assert client.post(f"{ADD}?kind=amount_off", posted()).status_code == 403
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
    template = make_template(name="Ten off", issue_total=100, budget_cents=100_000)
    make_coupon(template=template)
    used = make_coupon(template=template)
    type(used).objects.filter(pk=used.pk).update(state="used", order_key=used.number, used_at=NOON)
    for number in range(5):
        make_template(name=f"Other {number}")
    make_template(name="Still a draft", approved=False)
    with django_assert_max_num_queries(25):
        rows = client.get(LIST).content.decode()
    (row,) = [row for row in rows.split("<tr") if "Ten off" in row]
    assert "2 of 100" in row
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
    data = posted(
        validity="fixed", valid_days=None, valid_from_0="2026-11-01", valid_from_1="00:00:00",
        valid_until_0=soon.strftime("%Y-%m-%d"), valid_until_1="00:00:00",
    )  # fmt: skip
    client.post(edit_page(template), data)
    assert "must be claimed by" in client.get(page_of(template)).content.decode()
    client.post(act_page(template, "submit"))
    assert template.revisions.get(number=2).review == "draft"
