import pytest

from coupons.selectors.goods import named_sku_counts, skus_of_coupon
from tests.factories.coupons import make_template
from tests.factories.pricing import make_category, make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07")]


def goods_of(template):
    return [sku.code for sku in skus_of_coupon(template.current_revision)]


def test_coupon_is_for_the_goods_in_its_scope_without_what_it_leaves_out():
    shoes, sandals = make_category("shoes"), make_product("sandals")
    make_sku("boot", category=shoes)
    make_sku("slipper", category=make_category("slippers", parent=shoes))
    make_sku("sandal", product=sandals)
    make_sku("dear", category=shoes, list_cents=50_001)
    make_sku("fixed", category=shoes, never_discounted=True)
    make_sku("gone", category=shoes, is_active=False)
    make_sku("tea")
    scopes = [{"category": shoes}, {"product": sandals}, {"category": make_category("x"), "excluded": True}]
    assert goods_of(make_template(scopes=scopes, most_list_cents=50_000)) == ["boot", "sandal", "slipper"]
    left_out = [{"category": shoes}, {"product": sandals, "excluded": True}]
    assert goods_of(make_template(scopes=left_out, most_list_cents=50_000)) == ["boot", "slipper"]


def test_coupon_of_a_shop_is_for_its_own_goods():
    shop = make_shop()
    own = make_sku(shop=shop)
    make_sku()
    assert goods_of(make_template(shop=shop)) == [own.code]


def test_exchange_coupon_is_for_the_goods_that_it_names():
    for code in ("cup", "pot"):
        make_sku(code)
    assert goods_of(make_template("exchange", params={"goods": {"cup": 2}}, threshold_cents=None)) == ["cup"]


def test_named_skus_are_counted_for_all_revisions_at_once(django_assert_num_queries):
    two = make_template(sku=[make_sku(), make_sku()]).current_revision_id
    none = make_template().current_revision_id
    with django_assert_num_queries(1):
        counts = named_sku_counts([two, none])
    assert (counts[two, False], counts[two, True], counts[none, False]) == (2, 0, 0)
