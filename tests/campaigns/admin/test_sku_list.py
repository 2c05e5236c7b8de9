"""The page of SKUs: out as CSV, in by a trial and a second step, and nothing half-done."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import AuditEntry, Campaign, CampaignSku
from pricing.models import Job
from pricing.tasks import work_off_jobs
from tests.campaigns.admin.pages import ADD
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_category, make_product, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]


def address(campaign, name="", *args):
    return reverse(f"admin:campaigns_campaign_skus{name}", args=[campaign.pk, *args])


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


@pytest.fixture
def tea():
    return make_sku("TEA", product=make_product(name="Green tea"), cost_cents=6_000)


@pytest.fixture
def cup():
    return make_sku("CUP", product=make_product(name="Cup"))


@pytest.fixture
def draft(operator, tea):
    rows = {tea: {"price_cents": 8_000, "stock_units": 5, "limit_units": 2}}
    return make_revision("sku_prices", author=operator, rows=rows).campaign


def try_list(client, campaign, **data):
    client.post(address(campaign, "_try"), data)
    work_off_jobs()
    return Job.objects.latest("pk")


def rows_of(campaign):
    rows = CampaignSku.objects.filter(revision__campaign=campaign).order_by("sku__code")
    return list(rows.values_list("sku__code", "price_cents", "stock_units", "limit_units", "excluded"))


def test_the_page_shows_and_finds_rows_with_their_reduction(client, draft, cup):
    page = client.get(address(draft)).content.decode()
    assert "Green tea" in page
    assert "−20 %" in page
    assert "Green tea" not in client.get(address(draft), {"q": "cup"}).content.decode()


def test_a_list_comes_out_as_it_is_read_in(client, draft, tea):
    lines = text_of(client.get(address(draft, "_file"))).splitlines()
    assert lines[0].startswith("\ufeffSKU,activity price,activity stock,limit per shopper,left out,list price")
    assert lines[1].startswith("TEA,80,5,2,,100,")
    job = try_list(client, draft, text="\n".join(lines))
    assert (job.state, job.result["rows"], job.result["bad"]) == ("done", 1, 0)


def test_a_trial_stores_nothing_and_the_second_step_stores_all(client, draft, cup):
    file = SimpleUploadedFile("list.csv", "SKU编码,活动价,库存\nCUP,59.9,7\nTEA,75,\n".encode("gbk"))
    job = try_list(client, draft, file=file)
    assert rows_of(draft) == [("TEA", 8_000, 5, 2, False)]
    assert "Replace the list by these rows" in client.get(address(draft)).content.decode()
    client.post(address(draft, "_store", job.pk))
    work_off_jobs()
    assert rows_of(draft) == [("CUP", 5_990, 7, None, False), ("TEA", 7_500, None, None, False)]
    assert AuditEntry.objects.filter(object_id=draft.pk, act="edit").exists()


def test_one_wrong_row_keeps_all_out_and_comes_back_alone(client, draft, cup):
    job = try_list(client, draft, text="CUP\t59\nNONE\t5\nTEA\t300")
    assert (job.result["rows"], job.result["bad"]) == (3, 2)
    page = client.get(address(draft)).content.decode()
    assert "No SKU has the code “NONE”." in page
    assert "Replace the list" not in page
    assert [line.split(",")[0] for line in job.output.splitlines()] == ["SKU", "NONE", "TEA"]
    client.post(address(draft, "_store", job.pk))
    work_off_jobs()
    assert Job.objects.latest("pk").state == "failed"
    assert rows_of(draft) == [("TEA", 8_000, 5, 2, False)]


def test_other_rows_can_be_kept(client, draft, cup):
    job = try_list(client, draft, text="CUP\t59", keep_others="on")
    client.post(address(draft, "_store", job.pk))
    work_off_jobs()
    assert [row[0] for row in rows_of(draft)] == ["CUP", "TEA"]


def test_a_draft_that_was_handed_in_meanwhile_stays_as_it_is(client, draft, cup):
    job = try_list(client, draft, text="CUP\t59")
    client.post(address(draft, "_store", job.pk))
    draft.revisions.update(review="in_review")
    work_off_jobs()
    job = Job.objects.latest("pk")
    assert (job.state, job.problem) == ("failed", "What has been handed in cannot be changed.")
    assert rows_of(draft) == [("TEA", 8_000, 5, 2, False)]


def test_rows_that_were_changed_after_the_list_was_handed_in_are_not_overwritten(client, draft, tea, cup):
    tried = try_list(client, draft, text="CUP\t59")
    client.post(address(draft, "_store", tried.pk))
    CampaignSku.objects.filter(sku=tea).update(price_cents=7_700)
    work_off_jobs()
    job = Job.objects.latest("pk")
    assert (job.state, job.problem[:45]) == ("failed", "The SKUs of this draft have been changed sinc")
    assert rows_of(draft) == [("TEA", 7_700, 5, 2, False)]


def test_a_worker_that_begins_anew_finds_its_own_rows_and_leaves_later_ones(client, draft, tea, cup):
    tried = try_list(client, draft, text="CUP\t59")
    client.post(address(draft, "_store", tried.pk))
    work_off_jobs()
    once_more = Job.objects.filter(pk=Job.objects.latest("pk").pk)
    for price_cents, state in ((5_900, "done"), (6_100, "failed")):
        CampaignSku.objects.update(price_cents=price_cents)
        once_more.update(state="waiting", finished_at=None)
        work_off_jobs()
        assert (once_more.get().state, rows_of(draft)) == (state, [("CUP", price_cents, None, None, False)])
    assert AuditEntry.objects.filter(object_id=draft.pk, act="edit").count() == 1


def test_who_may_edit_no_more_imports_no_more(client, operator, draft, cup):
    client.post(address(draft, "_try"), {"text": "CUP\t59"})
    operator.groups.clear()
    work_off_jobs()
    job = Job.objects.get()
    assert (job.state, job.problem) == ("failed", "You may not do this any more.")


def test_others_look_and_do_not_import(client, draft):
    client.force_login(make_user(groups=["operator"]))
    assert "Read a list" not in client.get(address(draft)).content.decode()
    assert client.post(address(draft, "_try"), {"text": "TEA\t5"}).status_code == 404
    client.force_login(make_user(groups=["finance"]))
    assert client.get(address(draft)).status_code == 200
    assert client.post(address(draft, "_try"), {"text": "TEA\t5"}).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize("data", [{}, {"text": "  "}])
def test_nothing_sent_is_told(client, draft, data):
    assert "Choose a file, or paste rows." in client.post(address(draft, "_try"), data, follow=True).content.decode()


def test_all_that_take_part_come_as_csv_whatever_names_them(client, operator, tea):
    category = make_category()
    cups = [make_sku(code, category=category) for code in ("=CUP", "BOWL")]
    never = make_sku("NEVER", category=category, never_discounted=True)
    campaign = make_campaign(scopes=[{"category": category}, {"product": cups[1].product, "excluded": True}])
    lines = text_of(client.get(address(campaign, "_matching"))).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["'=CUP"]
    assert never.code not in "".join(lines)


def test_skus_of_a_form_that_is_not_saved_come_as_csv_by_its_button(client, operator, tea, cup):
    url = f"{ADD}?kind=percent_off"
    typed = reverse("admin:campaigns_campaign_skus_typed")
    assert f'formaction="{typed}?kind=percent_off"' in client.get(url).content.decode()
    lines = text_of(client.post(f"{typed}?kind=percent_off", {"sku_codes": "TEA"})).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["TEA"]
    assert not Campaign.objects.exists()


def test_the_report_names_columns_that_were_not_read(client, draft, cup):
    try_list(client, draft, text="SKU,活动价,qty\nCUP,59.9,7")
    page = client.get(address(draft)).content.decode()
    assert "Columns that are not read: qty." in page
