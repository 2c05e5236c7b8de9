"""The table of SKUs on the campaign form: typed or pasted rows, each with its own complaint, stored as they stand."""

import pytest
from django.urls import reverse

from campaigns.models import CampaignRevision, CampaignSku
from tests.campaigns.admin.pages import ADD
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_category, make_product, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02", "CAM-07")]
ROWS = reverse("admin:campaigns_campaign_sku_rows")
FIND = reverse("admin:campaigns_campaign_sku_find")


@pytest.fixture
def tea():
    return make_sku("TEA", product=make_product(name="Green tea"), cost_cents=6_000, floor_cents=4_000)


@pytest.fixture
def cup():
    return make_sku("CUP", list_cents=2_000)


def posted(**changes):
    data = {
        "name": "Flash sale", "name_zh": "秒杀", "starts_at_0": "2026-11-11", "starts_at_1": "00:00:00",
        "ends_at_0": "2026-11-12", "ends_at_1": "00:00:00", "goal": "basket_value", "priority": "0",
        "limit_period": "campaign", "refund_policy": "as_paid", "audience_frozen": "live",
        "with_shop_offers": "yes", "with_platform_activities": "no", "with_coupons": "yes",
    }  # fmt: skip
    return data | changes


def edit_of(revision):
    return reverse("admin:campaigns_campaign_edit", args=[revision.campaign_id])


def rows():
    return list(
        CampaignSku.objects.order_by("sku__code").values_list("sku__code", "price_cents", "stock_units", "limit_units")
    )


def test_a_flash_sale_is_set_up_with_the_price_stock_and_limit_of_each_sku(client, operator, tea, cup):
    answer = client.post(f"{ADD}?kind=sku_prices", posted(sku_codes="TEA\t79.90\t20\t2\nCUP\t15"))
    assert answer.status_code == 302, answer.context["form"].errors
    revision = CampaignRevision.objects.get()
    assert (revision.benefit_code, revision.layer, revision.params, revision.everything) == (
        "sku_prices",
        "item",
        {},
        False,
    )
    assert rows() == [("CUP", 1_500, None, None), ("TEA", 7_990, 20, 2)]
    assert client.get(edit_of(revision)).context["form"]["sku_codes"].value() == "CUP\t15\nTEA\t79.9\t20\t2"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("TEA\t100", "TEA: The activity price is not below the list price of ¥100."),
        ("TEA\t39", "TEA: The activity price is below the floor of ¥40."),
        ("TEA", "TEA: The activity price is missing."),
        ("NOPE\t5", "NOPE: No SKU has the code “NOPE”."),
    ],
)
def test_a_wrong_row_is_named_marked_in_the_table_and_nothing_is_stored(client, operator, tea, typed, complaint):
    page = client.post(f"{ADD}?kind=sku_prices", posted(sku_codes=typed)).content.decode()
    assert complaint in page
    assert '<tr class="bad"' in page
    assert not CampaignRevision.objects.exists()


def test_other_kinds_take_stock_and_limit_of_skus_too(client, operator, tea, cup):
    data = posted(sku_codes="TEA\t20\t2\nCUP 7", rule_rate_bp="20", layer="item")
    assert client.post(f"{ADD}?kind=percent_off", data).status_code == 302
    assert rows() == [("CUP", None, 7, None), ("TEA", None, 20, 2)]


def test_pasted_rows_come_back_with_names_prices_and_what_is_wrong(client, operator, tea):
    page = client.post(ROWS, {"text": "TEA\t50\t3\nNOPE\t1", "priced": "1"}).content.decode()
    assert "Green tea" in page
    assert "The activity price is below the cost of ¥60." in page
    assert "No SKU has the code “NOPE”." in page
    assert page.count("<tr") == 2


def test_what_is_found_brings_its_rows_without_asking_for_prices_yet(client, operator, tea):
    category = make_category("teas", name="Teas")
    for number in range(3):
        make_sku(f"OOLONG-{number}", product=make_product(f"oolong-{number}", category=category))
    make_sku("NEVER", category=category, never_discounted=True)
    found = client.get(FIND, {"q": "teas"}).content.decode()
    assert f'data-add="category={category.pk}"' in found
    page = client.post(ROWS, {"category": category.pk, "priced": "1"}).content.decode()
    assert page.count("<tr") == 3
    assert "missing" not in page
    assert "TEA" in client.get(FIND, {"q": "green"}).content.decode()


@pytest.mark.parametrize("query", [{"q": ""}, {"q": "%%%"}, {"q": "'\\"}])
def test_odd_words_find_nothing_and_harm_nothing(client, operator, query):
    assert client.get(FIND, query).status_code == 200


def test_a_long_list_stays_as_it_is_when_the_form_is_saved(client, operator, monkeypatch, tea, cup):
    monkeypatch.setattr("campaigns.forms.sku_table.LONG_LIST", 1)
    monkeypatch.setattr("campaigns.forms.campaign_content.LONG_LIST", 1)
    own = {tea: {"price_cents": 7_000, "limit_units": 1}, cup: {"price_cents": 1_000}}
    revision = make_revision("sku_prices", author=operator, rows=own)
    page = client.get(edit_of(revision))
    assert "a page of its own" in page.content.decode()
    assert client.post(edit_of(revision), posted(name="Renamed")).status_code == 302
    revision.refresh_from_db()
    assert revision.name == "Renamed"
    assert rows() == [("CUP", 1_000, None, None), ("TEA", 7_000, None, 1)]


def test_prices_that_became_wrong_keep_the_draft_from_being_submitted(client, operator, tea, cup):
    revision = make_revision("sku_prices", author=operator, rows={tea: {"price_cents": 10_000}, cup: {}})
    page = client.get(reverse("admin:campaigns_campaign_change", args=[revision.campaign_id])).content.decode()
    assert "1 SKUs have no activity price: CUP." in page
    assert "1 SKUs have an activity price that is not below the list price: TEA." in page


def test_a_table_that_cannot_be_read_is_refused_and_not_taken_for_an_empty_one(client, operator, tea):
    answer = client.post(f"{ADD}?kind=sku_prices", posted(sku_codes="价格\t库存\n5\t6"))
    assert answer.status_code == 200
    assert answer.context["form"].errors["sku_codes"] == ["No column is headed “SKU”. The first line says: 价格, 库存."]


def test_figures_typed_in_full_width_are_taken(client, operator, tea):
    assert client.post(f"{ADD}?kind=sku_prices", posted(sku_codes="TEA\t７９．９\t２０\t２")).status_code == 302
    assert rows() == [("TEA", 7_990, 20, 2)]
