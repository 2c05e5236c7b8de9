"""The stock of a SKU in the back office: what is there, who holds it, what moved it; and booking by hand."""

from uuid import uuid4

import pytest
from django.urls import reverse

from pricing.models import OnHandStock, StockMovement
from promo_site.audit.run import audit
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]


@pytest.fixture
def operator(client):
    user = make_user(groups=["operator"])
    client.force_login(user)
    return user


def page_of(sku):
    return reverse("admin:pricing_onhandstock_change", args=[sku.pk])


def book(client, sku, act, units="", reason="", key=None):
    data = {"act": act, "units": units, "reason": reason, "key": key or uuid4()}
    return client.post(page_of(sku), data)


def free(sku):
    return OnHandStock.objects.get(pk=sku.pk).free


def test_page_shows_what_is_in_the_house_and_which_campaign_holds_how_much(client, operator):
    sku = make_sku(on_hand=50)
    campaign = make_campaign("percent_off", stock={sku: 30}, name="Flash")
    text = client.get(page_of(sku)).content.decode()
    assert "20 free pieces" in text
    assert "in the house: <strong>50</strong>" in text
    assert "reserved: <strong>30</strong>" in text
    assert reverse("admin:campaigns_campaign_change", args=[campaign.pk]) in text


def test_operator_begins_to_count_receives_counts_the_shelf_and_writes_off(client, operator):
    sku = make_sku()
    for act, units, reason in [
        ("begin", 10, ""),
        ("receive", 5, "delivery 4711"),
        ("take_stock", 12, "counted in the evening"),
        ("write_off", 2, "wet"),
        ("correct", 1, "found behind the shelf"),
    ]:
        assert book(client, sku, act, units, reason).status_code == 302
    assert free(sku) == 11
    rows = StockMovement.objects.order_by("pk").values_list("kind", "units", "reason", "by")
    assert list(rows) == [
        ("counted", 10, "", operator.pk),
        ("receipt", 5, "delivery 4711", operator.pk),
        ("correction", -3, "counted in the evening", operator.pk),
        ("write_off", -2, "wet", operator.pk),
        ("correction", 1, "found behind the shelf", operator.pk),
    ]
    assert book(client, sku, "end", reason="made to order from now on").status_code == 302
    assert not OnHandStock.objects.exists()
    assert audit() == []


def test_form_sent_twice_books_once(client, operator):
    sku, key = make_sku(on_hand=0), uuid4()
    for _ in range(2):
        assert book(client, sku, "receive", 5, key=key).status_code == 302
    assert free(sku) == 5


@pytest.mark.parametrize(
    ("act", "units", "reason", "field", "said"),
    [
        ("receive", "", "", "units", "Say how many pieces."),
        ("receive", "-3", "", "units", "Give a number of pieces from 1 to 1000000000."),
        ("receive", "99999999999", "", "units", "Ensure this value is less than or equal to 1000000000."),
        ("correct", "2", "", "reason", "Say why: the reason is kept with the movement."),
        ("correct", "-21", "lost", "units", "Only 20 pieces of TEA are free."),
        (
            "take_stock",
            "29",
            "counted",
            "units",
            "Campaigns hold 30 pieces, more than were found: lower their stock first.",
        ),
        ("begin", "3", "", "act", "Select a valid choice. begin is not one of the available choices."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_booked(
    client, operator, act, units, reason, field, said
):
    sku = make_sku("TEA", on_hand=50)
    make_campaign("percent_off", stock={sku: 30})
    before = StockMovement.objects.count()
    answer = book(client, sku, act, units, reason)
    assert answer.status_code == 200
    assert answer.context["form"].errors[field] == [said]
    assert (free(sku), StockMovement.objects.count()) == (20, before)


@pytest.mark.parametrize("role", ["approver", "finance", "service"])
def test_only_who_keeps_stock_may_book(client, role):
    client.force_login(make_user(groups=[role]))
    sku = make_sku(on_hand=5)
    assert client.get(page_of(sku)).context["form"] is None
    assert book(client, sku, "receive", 5).status_code == 403
    assert free(sku) == 5


def test_lists_of_stock_movements_and_skus_say_what_is_there(client, operator):
    make_sku("TEA", on_hand=7)
    make_sku("CARD")
    stock = client.get(reverse("admin:pricing_onhandstock_changelist") + "?free=few").content.decode()
    assert ("TEA" in stock, "CARD" in stock) == (True, False)
    moves = client.get(reverse("admin:pricing_stockmovement_changelist") + "?q=TEA").content.decode()
    assert "counting begins" in moves
    skus = client.get(reverse("admin:pricing_sku_changelist")).content.decode()
    assert ("7 free" in skus, "not counted" in skus) == (True, True)
    assert client.get(reverse("admin:pricing_sku_changelist") + "?counted=no").context["cl"].result_count == 1


def test_page_of_no_sku_is_not_found(client, operator):
    assert client.get(reverse("admin:pricing_onhandstock_change", args=[0])).status_code == 404
    assert client.get("/admin/pricing/onhandstock/x/change/").status_code == 404


@pytest.mark.req("CAM-16")
def test_campaign_page_shows_the_stock_cover_with_what_is_missing(client, operator):
    plenty, scarce = make_sku("PLENTY", on_hand=100), make_sku("SCARCE", on_hand=8)
    revision = make_revision("percent_off", author=operator, stock={plenty: 60, scarce: 20})
    page = reverse("admin:campaigns_campaign_change", args=[revision.campaign_id])
    answer = client.get(page)
    assert [(row.sku.code, row.missing) for row in answer.context["cover"].rows] == [("SCARCE", 12), ("PLENTY", 0)]
    text = answer.content.decode()
    assert "For 1 SKU there are not enough pieces: approval would be refused." in text
    assert "12 missing" in text


@pytest.mark.req("CAM-16")
def test_cover_is_shown_while_the_stock_is_typed(client, operator):
    sku = make_sku("SCARCE", on_hand=8)
    url = reverse("admin:campaigns_campaign_cover") + "?kind=percent_off"
    answer = client.post(url, {"skus": [sku.pk], "stock_units": "20"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Counted: 1, with 8 free pieces together." in text
    assert "Only 8 pieces are free." in text
