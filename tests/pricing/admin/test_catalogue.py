import pytest
from django.urls import reverse

from pricing.models import Category, Product, Shop, Sku
from pricing.selectors.book import book_number
from tests.factories.campaigns import make_user
from tests.factories.pricing import make_category, make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]


@pytest.fixture(autouse=True)
def operator(client):
    client.force_login(make_user(groups=["operator"]))


def _errors(answer):
    return {field: list(said) for field, said in answer.context["adminform"].form.errors.items()}


def test_price_is_typed_as_decimal_text_and_turns_the_book(client):
    product, page = make_product(), book_number()
    data = {
        "code": "TEA-1",
        "product": product.pk,
        "list_cents": "12.50",
        "cost_cents": "",
        "floor_cents": "1",
        "is_active": "on",
    }
    client.post(reverse("admin:pricing_sku_add"), data)
    sku = Sku.objects.get()
    assert (sku.list_cents, sku.cost_cents, sku.floor_cents) == (1_250, None, 100)
    assert book_number() > page


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        pytest.param("0", "Give an amount from ¥0.01 to ¥100,000,000.", id="nothing"),
        pytest.param("-1", "Give an amount such as 12.50.", id="negative"),
        pytest.param("1.005", "Give an amount such as 12.50.", id="half a cent"),
        pytest.param("1000000000000", "Give an amount from ¥0.01 to ¥100,000,000.", id="absurd"),
    ],
)
def test_wrong_price_is_named_and_nothing_is_stored(client, typed, complaint):
    data = {"code": "TEA-1", "product": make_product().pk, "list_cents": typed, "floor_cents": "0"}
    answer = client.post(reverse("admin:pricing_sku_add"), data)
    assert _errors(answer) == {"list_cents": [complaint]}
    assert not Sku.objects.exists()


def test_code_stays_what_it_was(client):
    sku = make_sku("TEA-1")
    url = reverse("admin:pricing_sku_change", args=[sku.pk])
    client.post(url, {"code": "OTHER", "product": sku.product_id, "list_cents": "1", "floor_cents": "0"})
    sku.refresh_from_db()
    assert (sku.code, sku.list_cents) == ("TEA-1", 100)


def test_shop_is_not_called_platform(client):
    data = {"code": "platform", "name": "Platform", "shipping_fee_cents": "0"}
    answer = client.post(reverse("admin:pricing_shop_add"), data)
    assert list(_errors(answer)) == ["code"]
    assert not Shop.objects.exists()


def test_category_tree_has_three_levels_and_no_rings(client):
    root = make_category()
    middle = make_category(parent=root)
    leaf = make_category(parent=middle)
    data = {"code": "deep", "name": "Deep", "position": "0", "parent": leaf.pk}
    assert _errors(client.post(reverse("admin:pricing_category_add"), data)) == {
        "parent": ["The tree has 3 levels at most."]
    }
    ring = {"name": "Root", "position": "0", "parent": leaf.pk}
    answer = client.post(reverse("admin:pricing_category_change", args=[root.pk]), ring)
    assert _errors(answer) == {"parent": ["A category cannot lie below itself."]}
    assert Category.objects.count() == 3


def test_product_is_entered_together_with_its_skus(client):
    shop, category = make_shop(), make_category()
    data = {
        "code": "TEA", "kind": "physical", "shop": shop.pk, "category": category.pk, "name": "Tea", "is_active": "on",
        "skus-TOTAL_FORMS": "1", "skus-INITIAL_FORMS": "0",
        "skus-0-code": "TEA-1", "skus-0-list_cents": "9.90", "skus-0-floor_cents": "0", "skus-0-is_active": "on",
    }  # fmt: skip
    client.post(reverse("admin:pricing_product_add"), data)
    assert Product.objects.get().skus.values_list("code", "list_cents").get() == ("TEA-1", 990)


def test_nothing_of_the_catalogue_is_deleted(client):
    sku = make_sku()
    assert client.post(reverse("admin:pricing_sku_delete", args=[sku.pk]), {"post": "yes"}).status_code == 403
    assert Sku.objects.filter(pk=sku.pk).exists()
