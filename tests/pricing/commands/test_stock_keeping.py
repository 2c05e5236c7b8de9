import pytest
from django.db import IntegrityError, connection, transaction

from pricing.commands.on_hand import Act, Movement, NotEnoughOnHand, move_on_hand
from pricing.commands.stock_keeping import WrongStock, begin_counting, correct, end_counting, receive, write_off
from pricing.models import MovementKind, OnHandStock, StockMovement
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]


def act(reason=""):
    return Act(at=NOON, by=make_user(), reason=reason)


def free(sku):
    return OnHandStock.objects.get(pk=sku.pk).free


def test_acts_of_stock_keeping_add_up_and_say_who_and_why():
    sku = make_sku(on_hand=10)
    receive(sku_id=sku.pk, units=5, source="a", act=act())
    correct(sku_id=sku.pk, units=-2, source="b", act=act("two fewer on the shelf"))
    write_off(sku_id=sku.pk, units=1, source="c", act=act("broken"))
    assert free(sku) == 12
    rows = StockMovement.objects.filter(sku=sku).order_by("pk")
    assert list(rows.values_list("kind", "units", "free_units", "reason")) == [
        ("counted", 10, 10, ""),
        ("receipt", 5, 5, ""),
        ("correction", -2, -2, "two fewer on the shelf"),
        ("write_off", -1, -1, "broken"),
    ]
    assert all(row.by for row in rows[1:])
    assert audit() == []


def test_act_that_is_sent_twice_counts_once():
    sku = make_sku(on_hand=0)
    for _ in range(2):
        receive(sku_id=sku.pk, units=5, source="a", act=act())
    assert free(sku) == 5


@pytest.mark.parametrize(
    ("do", "field"),
    [
        (lambda sku: receive(sku_id=sku.pk, units=0, source="a", act=act()), "units"),
        (lambda sku: receive(sku_id=sku.pk, units=10**10, source="a", act=act()), "units"),
        (lambda sku: correct(sku_id=sku.pk, units=0, source="a", act=act("why")), "units"),
        (lambda sku: correct(sku_id=sku.pk, units=1, source="a", act=act(" ")), "reason"),
        (lambda sku: begin_counting(sku_id=sku.pk, units=3, source="a", act=act()), "act"),
        (lambda sku: receive(sku_id=make_sku().pk, units=3, source="a", act=act()), "act"),
        (lambda sku: receive(sku_id=0, units=3, source="a", act=act()), "sku"),
    ],
)
def test_act_that_makes_no_sense_is_refused_with_its_field(do, field):
    sku = make_sku(on_hand=10)
    with pytest.raises(WrongStock) as refused:
        do(sku)
    assert refused.value.field == field
    assert (free(sku), StockMovement.objects.count()) == (10, 1)


def test_more_than_is_free_never_leaves_the_house():
    sku, plenty = make_sku(on_hand=3), make_sku(on_hand=30)
    with pytest.raises(NotEnoughOnHand) as refused:
        move_on_hand([Movement(row.pk, MovementKind.SALE, -4, -4, "order:1") for row in (plenty, sku)], Act(at=NOON))
    assert [(row.code, row.left, row.wanted) for row in refused.value.short] == [(sku.code, 3, 4)]
    assert (free(sku), free(plenty)) == (3, 30)
    assert not StockMovement.objects.filter(kind="sale").exists()


def test_sku_that_is_not_counted_is_left_alone():
    sku = make_sku()
    assert move_on_hand([Movement(sku.pk, MovementKind.SALE, -4, -4, "order:1")], Act(at=NOON)) == frozenset()
    assert not StockMovement.objects.exists()


def test_counting_ends_and_begins_again():
    sku = make_sku(on_hand=3)
    end_counting(sku_id=sku.pk, source="a", act=act("sold on order only"))
    assert not OnHandStock.objects.exists()
    assert audit() == []
    begin_counting(sku_id=sku.pk, units=8, source="b", act=act())
    assert free(sku) == 8
    assert audit() == []


def test_counting_does_not_end_while_a_campaign_holds_pieces():
    sku = make_sku(on_hand=3)
    make_campaign("percent_off", stock={sku: 2})
    with pytest.raises(WrongStock) as refused:
        end_counting(sku_id=sku.pk, source="a", act=act("sold on order only"))
    assert refused.value.field == "act"
    assert free(sku) == 1


def test_the_database_itself_keeps_the_ledger_and_the_figure():
    sku = make_sku(on_hand=3)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE pricing_onhandstock SET free = free - 4 WHERE sku_id = %s", [sku.pk])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        StockMovement.objects.update(units=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        StockMovement.objects.all().delete()
