import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from coupons.forms.template_form import template_form_for
from coupons.models import CouponTemplate, CouponTemplateRevision
from coupons.validity import last_day, period_of
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import approve_template, make_template_revision, typed_template
from tests.factories.pricing import make_category, make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01")]

ADD = reverse("admin:coupons_coupontemplate_add")
PERIOD = {"starts_at_0": "2026-11-01", "starts_at_1": "10:00:00", "ends_at_0": "2099-11-12", "ends_at_1": "00:00:00"}
EXPLAIN = reverse("admin:coupons_coupontemplate_explain")


def page_of(template):
    return reverse("admin:coupons_coupontemplate_change", args=[template.pk])


def edit_page(template):
    return reverse("admin:coupons_coupontemplate_edit", args=[template.pk])


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


def errors_of(answer):
    assert answer.status_code == 200
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}


def test_new_template_begins_with_the_choice_of_its_kind(client, operator):
    page = client.get(ADD).content.decode()
    assert page.index("?kind=amount_off") < page.index("?kind=percent_off")
    assert client.get(ADD, {"kind": "no_such_kind"}).status_code == 404
    assert page.index("?kind=percent_off") < page.index("?kind=free_shipping")


def test_form_of_an_amount_stores_a_draft_with_exact_figures(client, operator):
    answer = client.post(f"{ADD}?kind=amount_off", typed_template(budget_cents="100000", issue_total="10000"))
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
    data = typed_template(rule_off_cents=None, rule_rate_bp=typed, rule_cap_cents="50")
    client.post(f"{ADD}?kind=percent_off", data)
    revision = CouponTemplateRevision.objects.get()
    assert revision.params == {"rate_bp": 2_000, "cap_cents": 5_000}
    assert revision.face_cents == 5_000


@pytest.mark.req("CPN-02")
@pytest.mark.parametrize(
    ("most", "face_cents"), [({"rule_max_units": "3"}, 3_000), ({"rule_max_units_per_sku": "3"}, 0)]
)
def test_coupon_on_each_piece_reserves_all_its_pieces_where_they_are_limited(client, operator, most, face_cents):
    client.post(f"{ADD}?kind=units_off", typed_template(rule_pick="cheapest", **most))
    assert CouponTemplateRevision.objects.get().face_cents == face_cents


def test_coupon_with_a_rate_off_each_piece_needs_no_amount(client, operator):
    client.post(f"{ADD}?kind=units_off", typed_template(rule_off_cents=None, rule_rate_bp="20", rule_max_units="1"))
    assert CouponTemplateRevision.objects.get().params["rate_bp"] == 2_000


@pytest.mark.req("CPN-02")
def test_percentage_without_cap_needs_an_expected_cost_for_its_budget(client, operator):
    data = typed_template(rule_off_cents=None, rule_rate_bp="20", budget_cents="100")
    assert list(errors_of(client.post(f"{ADD}?kind=percent_off", data))) == ["face_cents"]
    client.post(f"{ADD}?kind=percent_off", data | {"face_cents": "12.50"})
    assert CouponTemplateRevision.objects.get().face_cents == 1_250


def test_scope_audience_and_dates_are_stored_and_shown_again(client, operator):
    shop, category, sku = make_shop("mountain"), make_category(), make_sku("TEA")
    data = typed_template(
        everything=None,
        shops=[shop.pk],
        sku_codes="TEA",
        excluded_categories=[category.pk],
        levels="vip, gold",
        new_or_old="new",
        issue_channels=["code", "service"],
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
    shown = {name: form[name].value() for name in ("levels", "new_or_old", "shops", "issue_channels", "rule_off_cents")}
    assert shown == {
        "levels": "gold, vip",
        "new_or_old": "new",
        "shops": [shop.pk],
        "issue_channels": ["code", "service"],
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
    assert field in errors_of(client.post(f"{ADD}?kind=amount_off", typed_template(**changes)))
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
    assert field in errors_of(client.post(f"{ADD}?kind=amount_off", typed_template(validity="fixed", **dates)))
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


@pytest.mark.req("CPN-02")
def test_exchange_coupon_names_its_goods_and_says_what_it_is_expected_to_cost(client, operator):
    make_sku("TEA")
    data = typed_template(rule_off_cents=None, everything=None, rule_goods="TEA × 2")
    page = client.post(f"{ADD}?kind=exchange", data | {"budget_cents": "1000"})
    assert errors_of(page) == {"face_cents": ["Say what one coupon is expected to cost: the budget needs it."]}
    client.post(f"{ADD}?kind=exchange", data | {"budget_cents": "1000", "face_cents": "50"})
    revision = CouponTemplateRevision.objects.get()
    assert (revision.params, revision.face_cents, revision.conditions) == ({"goods": {"TEA": 2}}, 5_000, [])
    assert [row.sku.code for row in revision.skus.all()] == ["TEA"]
    client.post(edit_page(revision.template), data | {"rule_price_cents": "9.90"})
    assert CouponTemplateRevision.objects.get().params == {"goods": {"TEA": 2}, "price_cents": 990}


@pytest.mark.req("CPN-02")
@pytest.mark.parametrize(
    ("kind", "typed", "face_cents"),
    [
        ("free_shipping", {"rule_cap_cents": "5"}, 500),
        ("free_shipping", {"face_cents": "8"}, 800),
        ("shipping_percent_off", {"rule_rate_bp": "50", "rule_cap_cents": "4"}, 400),
        ("shipping_price", {"rule_price_cents": "1", "face_cents": "7"}, 700),
    ],
)
def test_coupon_on_shipping_reserves_its_cap_or_what_it_is_expected_to_cost(client, operator, kind, typed, face_cents):
    data = typed_template(rule_off_cents=None, budget_cents="1000")
    page = client.post(f"{ADD}?kind={kind}", data | typed | {"face_cents": "", "rule_cap_cents": ""})
    assert "Say what one coupon is expected to cost: the budget needs it." in page.text
    client.post(f"{ADD}?kind={kind}", data | typed)
    revision = CouponTemplateRevision.objects.get()
    assert (revision.benefit_code, revision.face_cents) == (kind, face_cents)
    assert b"shipping" in client.get(page_of(revision.template)).content.lower()


@pytest.mark.req("CPN-08")
def test_coupon_for_old_customers_is_said_so_and_the_first_order_goes_without_it(client, operator):
    client.post(f"{ADD}?kind=amount_off", typed_template(new_or_old="old"))
    revision = CouponTemplateRevision.objects.get()
    assert revision.conditions[1:] == [{"code": "ordered_before", "params": {}}]
    assert client.get(edit_page(revision.template)).context["form"]["new_or_old"].value() == "old"
    assert "For customers who have ordered before" in client.get(page_of(revision.template)).text
    approve_template(revision)
    newcomer, regular = make_customer(), make_customer(orders_placed=1)
    for customer, total_cents in ((newcomer, 10_000), (regular, 9_000)):
        make_lasting_coupon(customer, template=CouponTemplate.objects.get())
        assert make_order(customer=customer).total_cents == total_cents


def test_guided_page_leaves_the_audience_to_the_claim_and_wants_the_channels_to_meet(client, operator):
    guided = reverse("admin:coupons_claimcampaign_guided") + "?kind=amount_off"
    assert list(client.get(guided).context["form"].coupon.fields).count("issue_channels") == 1
    page = client.post(guided, typed_template(issue_channels=["code"], by_link="on", per_customer="1", **PERIOD))
    assert errors_of(page) == {"issue_channels": ["Choose the way in which it is claimed below, or leave all open."]}


@pytest.mark.parametrize(("language", "word"), [("en", "unlimited"), ("zh-hans", "不限")])
def test_limits_that_are_left_empty_say_that_nothing_is_limited(language, word):
    names = ["issue_total", "issue_per_customer", "budget_cents"]
    form = template_form_for("amount_off")()
    with override(language):
        assert all(f'placeholder="{word}"' in str(form[name]) for name in names)
        assert "placeholder=" not in str(form["most_per_minute"])
