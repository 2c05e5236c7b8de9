"""Whom a campaign is for, in words."""

import pytest
from django.utils.translation import override

from campaigns.audience_wording import audience_words, public_sentences
from campaigns.models import NewTo
from campaigns.wording import rule_sentences
from tests.factories.audience import all_of, is_, make_aimed, make_level, make_list, make_segment, make_tag
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03", "CAM-05")]


@pytest.fixture(autouse=True)
def named_things():
    make_level("gold", "Gold", "金卡")
    make_level("vip", "VIP", "贵宾")
    make_tag("reader", name="Reader", name_zh="读者")


def words(revision):
    return audience_words(revision, shop=revision.campaign.shop)


def test_staff_read_the_whole_tree_in_both_languages():
    listed, segment = make_list(name="Dinner"), make_segment(all_of(is_("phone_verified")), "Callers", name_zh="可致电")
    means = {**is_("segment", str(segment.pk)), "means": segment.tree}
    tree = all_of(
        is_("level", "gold", "vip"), {"any": [is_("tag", "reader"), means]}, {"none": [is_("list", str(listed.pk))]}
    )
    revision = make_aimed(tree, new_to=NewTo.PLATFORM)
    assert words(revision) == (
        "Has not bought here yet, member level Gold or VIP, (tagged “Reader” or in the segment “Callers”) "
        "and not on the list “Dinner”"
    )
    with override("zh-hans"):
        assert words(revision) == (
            "从未在本站购买、会员等级为金卡或贵宾、(带有标签“读者”或属于分群“可致电”)且不在名单“Dinner”中"
        )


@pytest.mark.parametrize(
    ("tree", "english", "chinese"),
    [
        ({"none": [is_("nth_order", "1")]}, "The next order is not number 1", "下一笔不是第1笔订单"),
        (
            {"none": [is_("region", "Hebei", "Tibet"), is_("phone_verified")]},
            "Does not live in Hebei or Tibet and phone number not verified",
            "所在地区不是Hebei或Tibet且未验证手机号",
        ),
        ({"none": [is_("registered", "at_least", "3")]}, "Registered for less than 3 days", "注册不足3天"),
        (
            {"none": [all_of(is_("level", "vip"), {"none": [is_("tag", "reader")]})]},
            "Not (member level VIP and not tagged “Reader”)",
            "不符合（会员等级为贵宾且没有标签“读者”）",
        ),
    ],
)
def test_what_must_not_hold_is_said_as_people_say_it(tree, english, chinese):
    revision = make_aimed(tree)
    assert words(revision) == english
    with override("zh-hans"):
        assert words(revision) == chinese


def test_nobody_left_out_is_everyone():
    assert words(make_aimed()) == "Everyone"


@pytest.mark.parametrize(
    ("tree", "english", "chinese"),
    [
        ({}, [], []),
        (all_of(is_("level", "gold")), ["For Gold members only"], ["仅限金卡会员"]),
        (
            all_of(is_("level", "gold"), is_("phone_verified")),
            ["For Gold members only", "For customers with a verified phone number only"],
            ["仅限金卡会员", "仅限已验证手机号的顾客"],
        ),
        (all_of(is_("nth_order", "2")), ["For order number 2 only"], ["仅限第2笔订单"]),
        (all_of(is_("tag", "reader")), ["For selected customers only"], ["仅限受邀顾客"]),
        (
            {"any": [is_("level", "gold"), is_("phone_verified")]},
            ["For selected customers only"],
            ["仅限受邀顾客"],
        ),
        ({"none": [is_("level", "gold")]}, ["For selected customers only"], ["仅限受邀顾客"]),
    ],
)
def test_shoppers_read_whom_it_is_for_but_never_what_is_internal(tree, english, chinese):
    revision = make_aimed(tree)
    assert public_sentences(revision, shop=None) == english
    with override("zh-hans"):
        assert public_sentences(revision, shop=None) == chinese


def test_new_customers_of_a_shop_are_told_which_shop():
    north = make_shop("north", name="Northgate")
    revision = make_aimed(new_to=NewTo.SHOP, shop=north)
    assert public_sentences(revision, shop=north) == ["For new customers of Northgate only"]
    assert public_sentences(make_aimed(new_to=NewTo.PLATFORM), shop=None) == ["For new customers only"]


def test_conditions_on_tags_and_levels_are_told_to_staff_by_name():
    conditions = [
        {"code": "shopper_tag", "params": {"tags": ["gone", "reader"]}},
        {"code": "member_level", "params": {"levels": ["gold"]}},
    ]
    revision = make_template(conditions=conditions).current_revision
    assert rule_sentences(revision)[1:] == ["For customers tagged Reader or gone", "For Gold members only"]
    with override("zh-hans"):
        assert rule_sentences(revision)[1:] == ["限标签为读者或gone的顾客", "仅限金卡会员"]
