"""Stock and catalogue from tables: every row is answered, and a table is written whole or not at all."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.admin import table_import
from pricing.models import Job, OnHandStock, Product, Sku, StockMovement
from pricing.tasks import work_off_jobs
from promo_site.audit.run import audit
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.pricing import make_category, make_product, make_shop, make_sku
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]

URL = "admin:pricing_onhandstock_import"


@pytest.fixture(autouse=True)
def operator(client):
    user = make_user(groups=["operator"])
    client.force_login(user)
    return user


def send(client, kind, text, *, key=None, only_check=False, **more):
    data = {"kind": kind, "pasted": text, "reason": "delivery 4711", "key": key or uuid4(), **more}
    return client.post(reverse(URL), data | ({"only_check": "on"} if only_check else {}))


def said(answer):
    return {result.sku: (result.text, result.is_wrong) for result in answer.context["report"].results}


def free(code):
    return OnHandStock.objects.get(sku__code=code).free


def test_counts_make_the_stock_say_what_was_found(client):
    tea = make_sku("TEA", on_hand=50)
    make_sku("CUP")
    make_campaign("percent_off", stock={tea: 30})
    answer = send(client, "counts", "SKU编码\t件数\nTEA\t44\nCUP\t7\n")
    assert said(answer) == {"TEA": ("50 before, 44 now", False), "CUP": ("counted from now on: 7", False)}
    assert (free("TEA"), free("CUP")) == (14, 7)
    assert audit() == []


def test_check_alone_writes_nothing_and_the_same_table_is_written_once(client, operator):
    make_sku("TEA", on_hand=5)
    key, table = uuid4(), "sku,units\nTEA,40\n"
    report = send(client, "receipts", table, key=key, only_check=True)
    assert (report.context["report"].is_written, free("TEA")) == (False, 5)
    assert "Write all rows" in report.content.decode()
    for _ in range(2):
        assert send(client, "receipts", table, key=key).context["report"].is_written
    assert free("TEA") == 45
    movement = StockMovement.objects.get(kind="receipt")
    assert (movement.by, movement.reason, movement.units) == (operator, "delivery 4711", 40)


def test_a_count_that_a_worker_begins_anew_does_not_bring_back_what_was_sold_since(client):
    tea = make_sku("TEA", on_hand=5)
    make_sku("CUP")
    key, table = uuid4(), "sku,units\nTEA,5\nCUP,7\n"
    send(client, "counts", table, key=key)
    make_order({tea: 2, Sku.objects.get(code="CUP"): 3})
    send(client, "counts", table, key=key)
    assert (free("TEA"), free("CUP")) == (3, 4)
    assert audit() == []


def test_one_wrong_row_keeps_all_others_from_being_written(client):
    tea = make_sku("TEA", on_hand=50)
    make_sku("CUP")
    make_campaign("percent_off", stock={tea: 30})
    rows = ["TEA,29", "NOTHING,3", "CUP,many", "CUP,3", "CUP,-1", ",5"]
    report = send(client, "counts", "sku,units\n" + "\n".join(rows)).context["report"]
    assert [(result.line, result.text) for result in report.wrong] == [
        (2, "Campaigns hold 30 pieces, more than were found: lower their stock first."),
        (3, "No SKU has this code."),
        (4, "units: Enter a whole number."),
        (5, "This SKU stands further up already."),
        (6, "This SKU stands further up already."),
        (7, "No SKU has this code."),
    ]
    assert not report.is_written
    assert (free("TEA"), OnHandStock.objects.count()) == (20, 1)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("", "Choose a file or paste the rows."),
        ("TEA,4\n", "The first row names the columns. Missing: sku, units."),
        ("sku,units,colour\nTEA,4,red\n", "These columns are not known: colour. Known: sku, units."),
        ("sku,units,units\nTEA,4,4\n", "A column stands twice in the first row."),
        ("sku,units\n", "A table holds 1 to 100000 rows below its header."),
    ],
)
def test_table_that_cannot_be_read_is_refused_as_a_whole(client, table, complaint):
    answer = send(client, "counts", table)
    assert answer.context["form"].errors["pasted"] == [complaint]


def test_catalogue_adds_changes_and_counts(client):
    make_shop("north"), make_category("tea")
    old = make_sku("OLD", product=make_product("OLD-P", name="Old name"), list_cents=1_000, cost_cents=500)
    head = "sku,product,list_price,name,shop,category,cost,stock\n"
    rows = "NEW-1,NEW,12.50,New tea,north,tea,7,30\nNEW-2,NEW,13,,,,,\nOLD,OLD-P,9.90,Better name,,,,\n"
    answer = send(client, "catalogue", head + rows)
    assert [text for text, _ in said(answer).values()] == [
        "new SKU of a new product",
        "new SKU",
        "SKU gets a new list price",
    ]
    assert list(Sku.objects.filter(product__code="NEW").order_by("code").values_list("list_cents", "cost_cents")) == [
        (1_250, 700),
        (1_300, None),
    ]
    old.refresh_from_db()
    assert (old.list_cents, old.cost_cents, old.product.name) == (990, 500, "Better name")
    assert free("NEW-1") == 30
    assert not OnHandStock.objects.filter(sku__code="NEW-2").exists()
    assert audit() == []


def test_wrong_rows_of_a_catalogue_name_their_columns(client):
    make_sku("OLD", product=make_product("OLD-P"))
    head = "sku,product,list_price,name,shop,category,floor,kind\n"
    rows = "A,P,free,Tea,nowhere,,,\nOLD,OTHER,5,N,,,9,liquid\n"
    report = send(client, "catalogue", head + rows).context["report"]
    assert [result.text for result in report.wrong] == [
        "list_price: Give an amount such as 12.50. shop: Nothing has the code nowhere. "
        "category: A new product needs it.",
        "kind: Select a valid choice. liquid is not one of the available choices. shop: A new product needs it. "
        "category: A new product needs it. product: This SKU belongs to the product OLD-P. "
        "floor: The price floor is above the list price.",
    ]
    assert not Product.objects.filter(code="P").exists()


def test_exported_catalogue_is_taken_back_unchanged(client):
    make_sku("TEA", product=make_product("=P", name="=1+1"), on_hand=8, list_cents=1_250, cost_cents=99)
    make_sku("CARD")
    text = b"".join(client.get(reverse("admin:pricing_onhandstock_catalogue")).streaming_content).decode()
    assert text.splitlines()[2].startswith("TEA,'=P,12.50,,,'=1+1,,")
    kept = list(Sku.objects.filter(code="CARD").values())
    assert send(client, "catalogue", text.replace("'=", "=")).context["report"].is_written
    assert list(Sku.objects.filter(code="CARD").values()) == kept
    assert free("TEA") == 8


def test_large_table_is_a_job_with_its_report_to_download(client, operator, monkeypatch):
    monkeypatch.setattr(table_import, "AT_ONCE", 1)
    make_sku("TEA", on_hand=5)
    make_sku("CUP", on_hand=5)
    upload = SimpleUploadedFile("stock.csv", "sku;units\nTEA;40\nCUP;2\n".encode("utf-8-sig"))
    answer = send(client, "receipts", "", file=upload)
    job = Job.objects.get()
    assert answer.url == reverse("admin:pricing_job_change", args=[job.pk])
    work_off_jobs()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"rows": 2, "wrong": 0, "written": True})
    assert job.output.splitlines()[1] == "2,TEA,,40 pieces more"
    assert (free("TEA"), free("CUP"), job.by) == (45, 7, operator)


def test_count_that_a_second_worker_finds_written_says_so_whatever_the_shelf_says_by_then(client, monkeypatch):
    monkeypatch.setattr(table_import, "AT_ONCE", 0)
    sku = make_sku("TEA", on_hand=5)
    send(client, "counts", "sku,units\nTEA,4\n")
    work_off_jobs()
    counted = Job.objects.filter(pk=Job.objects.get().pk)
    send(client, "receipts", "sku,units\nTEA,6\n")
    work_off_jobs()
    make_campaign("percent_off", stock={sku: 10})
    counted.update(state="waiting", finished_at=None)
    work_off_jobs()
    assert counted.get().result == {"rows": 1, "wrong": 0, "written": True}
    assert counted.get().output.splitlines()[1] == "2,TEA,,written by an earlier run"
    assert free("TEA") == 0


@pytest.mark.parametrize("role", ["approver", "finance", "service"])
def test_tables_are_imported_by_who_keeps_stock_only(client, role):
    client.force_login(make_user(groups=[role]))
    make_sku("TEA", on_hand=5)
    assert client.get(reverse(URL)).status_code == 403
    assert send(client, "receipts", "sku,units\nTEA,40\n").status_code == 403
    assert free("TEA") == 5


def test_table_of_somebody_who_has_left_is_not_written(client, operator, monkeypatch):
    make_sku("TEA", on_hand=5)
    monkeypatch.setattr(table_import, "AT_ONCE", 0)
    send(client, "receipts", "sku,units\nTEA,40\n")
    operator.is_active = False
    operator.save()
    work_off_jobs()
    assert (Job.objects.get().state, free("TEA")) == ("failed", 5)
