import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from campaigns.forms.rule_fields import campaign_benefits
from campaigns.models import Campaign
from tests.campaigns.admin.pages import page_of
from tests.factories.campaigns import make_revision, make_user
from tests.factories.pricing import make_category, make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-01", "CAM-06")]

SUMMARY = reverse("admin:campaigns_campaign_summary")
TIERS = {
    "threshold_on": "net",
    "goal": "basket_value",
    "priority": "0",
    "limit_period": "campaign",
    "refund_policy": "as_paid",
    "rule_tiers_counted": "cents",
    "rule_tiers_given": "off",
    "rule_tiers_from": ["300", ""],
    "rule_tiers_off": ["50", ""],
}


def summary(client, data, kind="spend_tiers", **query):
    """The lines of each language, and the whole answer as plain text."""
    answer = client.post(f"{SUMMARY}?kind={kind}" + "".join(f"&{name}={value}" for name, value in query.items()), data)
    assert answer.status_code == 200
    lines = {one.code: {line.topic: line.text for line in one.lines} for one in answer.context["told"]}
    return lines, " ".join(strip_tags(answer.content.decode()).split())


def test_what_is_typed_is_said_in_both_languages(client, operator):
    shoes = make_category("shoes", name="Shoes", name_zh="鞋靴")
    for _ in range(3):
        make_sku(category=shoes)
    left_out = make_sku("OLD", category=shoes)
    data = TIERS | {
        "rule_every": "on", "rule_max_times": "3",
        "categories": [shoes.pk], "excluded_skus": [left_out.pk],
        "starts_at_0": "2026-11-11", "starts_at_1": "00:00:00", "ends_at_0": "2026-11-14", "ends_at_1": "00:00:00",
        "with_shop_offers": "yes", "with_platform_activities": "no", "with_coupons": "no",
        "limit_units": "2", "limit_period": "day", "budget_cents": "1000",
    }  # fmt: skip
    lines, _ = summary(client, data)
    assert lines["en"] == {
        "Rule": "¥50 off every ¥300; at most 3 times",
        "On": "3 SKUs of Shoes; without OLD",
        "With others": "Combines with shop offers; not with platform activities, coupons",
        "When": "2026-11-11 00:00 to 2026-11-14 00:00 (Asia/Shanghai), 3 days",
        "Limits": "at most 2 pieces per shopper and day; ¥1,000 of discount in all",
        "Paid by": "the platform",
    }
    assert lines["zh-hans"]["规则"] == "每满¥300减¥50；最多3次"
    assert lines["zh-hans"]["商品"] == "鞋靴，共3个SKU；OLD除外"
    assert lines["zh-hans"]["时间"] == "2026-11-11 00:00 至 2026-11-14 00:00（Asia/Shanghai），共3天"


@pytest.mark.req("CAM-07", "CAM-08")
def test_prices_stocks_and_limits_of_single_skus_are_said(client, operator):
    for code in ("TEA", "CUP", "POT"):
        make_sku(code, list_cents=20_000)
    rows = "TEA\t59.90\t20\t2\nCUP\t99\t30\nPOT\t99\t\t1"
    lines, _ = summary(client, {"limit_period": "day", "sku_codes": rows}, kind="sku_prices")
    assert lines["en"]["On"] == "3 SKUs of TEA, CUP, POT; activity price ¥59.90 – ¥99"
    assert lines["en"]["Limits"] == "50 pieces by SKU; a limit per shopper for 2 SKUs and day"
    assert lines["zh-hans"]["限制"] == "按SKU共50件；2个SKU每人限购（每天）"


@pytest.mark.parametrize(
    ("ends", "english", "chinese"),
    [
        (("14", "21:00"), "3 days 21 hours", "3天21小时"),
        (("11", "01:30"), "1 hour 30 minutes", "1小时30分钟"),
        (("13", "23:59:59"), "3 days", "3天"),
        (("13", "03:59:59"), "2 days 4 hours", "2天4小时"),
        (("12", "23:59:59"), "2 days", "2天"),
        (("11", "00:00:20"), "1 minute", "1分钟"),
    ],
)
def test_the_length_is_said_in_days_and_hours(client, operator, ends, english, chinese):
    data = TIERS | {"starts_at_0": "2026-11-11", "starts_at_1": "00:00"}
    lines, _ = summary(client, data | {"ends_at_0": f"2026-11-{ends[0]}", "ends_at_1": ends[1]})
    assert lines["en"]["When"].endswith(f"(Asia/Shanghai), {english}")
    assert lines["zh-hans"]["时间"].endswith(f"（Asia/Shanghai），共{chinese}")


def test_half_a_form_says_what_it_has_and_links_to_what_is_missing(client, operator):
    lines, text = summary(client, TIERS)
    assert lines["en"]["Rule"] == "¥50 off from ¥300"
    assert lines["en"]["When"] == "not said yet"
    assert "Starts at: This field is required." in text
    assert "May it be combined with offers of the shops: Answer all three stacking questions." in text
    answer = client.post(f"{SUMMARY}?kind=spend_tiers", TIERS).content.decode()
    assert re.findall(r'href="#(field-\w+)"', answer) == [
        "field-everything", "field-starts_at", "field-ends_at", "field-name", "field-with_shop_offers",
    ]  # fmt: skip


def test_a_wrong_figure_is_told_and_the_rest_is_still_said(client, operator):
    lines, text = summary(client, {"rule_rate_bp": "abc", "everything": "on"}, kind="percent_off")
    assert lines["en"]["Rule"] == "not complete: Rate off. This is needed."
    assert lines["en"]["On"].endswith("SKUs of all products")
    assert "Rate off: Give the percentage that comes off" in text


def test_names_come_from_the_rule_and_the_goods(client, operator):
    shoes = make_category("shoes", name="Shoes", name_zh="鞋靴")
    answer = client.post(f"{SUMMARY}?kind=spend_tiers", TIERS | {"categories": [shoes.pk]})
    assert [(one.code, one.name) for one in answer.context["told"]] == [
        ("en", "Shoes: ¥50 off from ¥300"),
        ("zh-hans", "鞋靴：满300减50"),
    ]


def test_a_name_against_the_rule_is_doubted_not_refused(client, operator):
    _, text = summary(client, TIERS | {"name": "¥40 off ¥300", "name_zh": "满300减50"})
    assert "“¥40 off ¥300” speaks of ¥40; the rule does not." in text
    revision = make_revision(author=operator, name="¥40 off ¥100")
    assert "speaks of ¥40; the rule does not." in client.get(page_of(revision.campaign)).content.decode()


@pytest.mark.parametrize("kind", list(campaign_benefits()))
def test_every_kind_can_be_empty_and_no_proposed_name_is_doubted(client, operator, kind):
    lines, _ = summary(client, {}, kind=kind)
    assert lines["en"]["Rule"].startswith("not complete: ") or lines["en"]["Rule"]
    assert "doubt" not in client.post(f"{SUMMARY}?kind={kind}", {}).content.decode()


def test_nothing_is_written(client, operator, django_assert_max_num_queries):
    make_sku()
    with django_assert_max_num_queries(20) as made:
        summary(client, TIERS | {"everything": "on"})
    written = [query["sql"] for query in made if not query["sql"].startswith("SELECT")]
    assert written == []
    assert not Campaign.objects.exists()


def test_a_draft_keeps_its_owner_in_the_summary(client, operator):
    revision = make_revision(author=operator, shop=make_shop("leaf", name="Leaf"))
    lines, _ = summary(client, TIERS, campaign=revision.campaign_id)
    assert lines["en"]["Paid by"] == "Leaf"
    assert client.post(f"{SUMMARY}?kind=spend_tiers&campaign=999999999", TIERS).status_code == 404


def test_only_those_who_set_campaigns_up_may_ask(client):
    client.force_login(make_user(groups=["finance"]))
    assert client.post(f"{SUMMARY}?kind=spend_tiers", TIERS).status_code == 403
    client.logout()
    assert client.post(f"{SUMMARY}?kind=spend_tiers", TIERS).status_code == 302


@pytest.mark.req("CAM-07")
def test_a_flash_sale_asks_for_skus_at_their_field_and_is_called_one(client, operator):
    make_sku("TEA", list_cents=20_000)
    answer = client.post(f"{SUMMARY}?kind=sku_prices", {"sku_codes": ""})
    assert [(one.field, one.text) for one in answer.context["missing"] if "SKU" in one.text] == [
        ("sku_codes", "Add at least one SKU with its activity price.")
    ]
    assert [one.name for one in answer.context["told"]] == ["Flash sale", "限时秒杀"]


@pytest.mark.parametrize(
    ("kind", "typed", "name"),
    [
        ("nth_unit_off", {"rule_every": "2", "rule_rate_bp": "50"}, "第2件半价"),
        ("buy_get", {"rule_buy": "3", "rule_get": "1"}, "买3件送1件"),
        ("any_n_for_price", {"rule_pieces": "3", "rule_price_cents": "99"}, "¥99任选3件"),
    ],
)
def test_proposed_names_are_said_as_shops_say_them(client, operator, kind, typed, name):
    answer = client.post(f"{SUMMARY}?kind={kind}", {"everything": "on"} | typed)
    assert answer.context["told"][1].name == name


@pytest.mark.req("CAM-02")
def test_a_set_is_called_by_the_names_of_its_goods(client, operator):
    make_sku("T-1", product=make_product(name="Green tea", name_zh="绿茶"), list_cents=9_000)
    make_sku("C-1", product=make_product(name="Cup", name_zh="茶杯"), list_cents=3_000)
    typed = {"rule_goods": "T-1\nC-1 × 2", "rule_price_cents": "99"}
    answer = client.post(f"{SUMMARY}?kind=bundle_price", typed)
    assert [one.name for one in answer.context["told"]] == [
        "Cup × 2 + Green tea together for ¥99",
        "茶杯 × 2 + 绿茶，套餐价¥99",
    ]
