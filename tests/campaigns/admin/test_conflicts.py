"""The pages of the conflict report."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.commands.conflict_gate import beyond_limits
from campaigns.conflicts.making import make_report
from campaigns.models import CampaignRevision, ConflictLimits
from pricing import tasks
from pricing.models import Job, Sku
from tests.campaigns.admin.pages import ADD, page_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-14")]
REDUCTION = {"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}]}


def url_of(campaign, page="s", *args):
    return reverse(f"admin:campaigns_campaign_conflict{page}", args=[campaign.pk, *args])


def texts(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def draft():
    """¥50 off ¥300 on tea at ¥79, of which ¥60 is the cost; a coupon over ¥10 combines with it."""
    make_sku("TEA", list_cents=7_900, cost_cents=6_900)
    make_template(params={"off_cents": 1_000}, conditions=[], name="Ten off", name_zh="减10元")
    return make_revision("spend_tiers", params=REDUCTION, name="300 less 50", name_zh="满300减50")


def reported(draft):
    return make_report(draft, at=NOON, progress=lambda done, total: None)


def test_operator_asks_for_the_report_sees_how_far_it_is_and_then_the_worst_price_in_words(client, operator, draft):
    page = client.get(url_of(draft.campaign))
    assert "There is no conflict report on this version yet." in texts(page)
    client.post(url_of(draft.campaign, "s_look"))
    job = Job.objects.get(kind="conflict_report")
    assert "waiting" in texts(client.get(url_of(draft.campaign)))
    tasks.work_off_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result["below_cost"]) == ("done", 1, 1, 1)
    shown = texts(client.get(url_of(draft.campaign)))
    assert "¥64 = 81.01 % of list, with 300 less 50 + Ten off, 4 pieces" in shown.replace("81.02", "81.01")
    assert "¥5 below cost" in shown
    assert "combines: both are given" in shown


def test_the_report_is_read_in_chinese(client, operator, draft):
    reported(draft)
    shown = texts(client.get(url_of(draft.campaign), headers={"Accept-Language": "zh-hans"}))
    assert "叠加满300减50 + 减10元，4 件" in shown
    assert "可叠加：两者都享受" in shown


def test_a_price_is_explained_by_its_cart_which_the_command_line_prices_again(client, operator, draft):
    row = reported(draft).rows.get()
    shown = texts(client.get(url_of(draft.campaign, "", row.pk)))
    assert "4 × TEA" in shown
    assert "−¥50" in shown
    assert "¥256" in shown
    document = client.get(url_of(draft.campaign, "_cart", row.pk)).content
    priced = subprocess.run([sys.executable, "-m", "pricing.engine"], input=document, capture_output=True, check=True)
    assert json.loads(priced.stdout)["total_cents"] == row.net_cents == 25_600


def test_search_filters_and_download_show_the_same_rows(client, operator):
    product = make_sku("TEA-1", list_cents=10_000, cost_cents=9_000).product
    make_sku("TEA-2", list_cents=10_000, cost_cents=1_000, product=product)
    make_sku("CUP", list_cents=10_000, product=product)
    draft = make_revision("percent_off", params={"rate_bp": 2_000})
    reported(draft)

    def found(**query):
        return [row.code for row in client.get(url_of(draft.campaign), query).context["rows"]]

    assert found() == ["TEA-1", "CUP", "TEA-2"]
    assert found(q="tea") == ["TEA-1", "TEA-2"]
    assert found(show="cost") == found(show="beyond") == ["TEA-1"]
    assert found(show="floor") == found(deeper="20") == []
    assert len(found(deeper="19.99")) == 3
    assert len(found(deeper="much")) == 3
    lines = client.get(url_of(draft.campaign, "s_file"), {"q": "tea"}).getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines)))
    assert [row[0] for row in rows] == ["SKU", "TEA-1", "TEA-2"]
    assert rows[1][5:9] == ["80.00", "80", "1", "80.00"]


def test_five_thousand_rows_come_in_pages_with_a_constant_number_of_queries(
    client, operator, django_assert_max_num_queries
):
    product = make_sku("S-0").product
    for number in range(1, 120):
        make_sku(f"S-{number}", product=product)
    draft = make_revision("percent_off", params={"rate_bp": 2_000})
    reported(draft)
    with django_assert_max_num_queries(30):
        page = client.get(url_of(draft.campaign), {"p": "2"})
    assert (len(page.context["rows"]), page.context["page"].paginator.num_pages) == (50, 3)


def test_an_outdated_report_says_so_on_its_page_and_on_that_of_the_campaign(client, operator, draft):
    reported(draft)
    assert "The conflict report is up to date." in texts(client.get(page_of(draft.campaign)))
    make_campaign("percent_off")
    outdated = "The conflict report is outdated: other offers of this period have changed since."
    assert outdated in texts(client.get(url_of(draft.campaign)))
    assert outdated in texts(client.get(page_of(draft.campaign)))


def test_the_pages_hold_a_waiting_campaign_against_the_same_limits_as_its_approval(client, approver, draft):
    ConflictLimits.objects.create(deepest_off_bp=500)
    CampaignRevision.objects.filter(pk=draft.pk).update(review="in_review", submitted_at=NOON)
    ConflictLimits.objects.create(deepest_off_bp=10_000, at=NOON + timedelta(hours=1), reason="sale")
    Sku.objects.update(cost_cents=None)
    reported(draft)
    client.force_login(approver)
    (reason,) = beyond_limits(CampaignRevision.objects.get(pk=draft.pk), NOON)
    page = client.get(url_of(draft.campaign))
    assert (reason.figures["count"], page.context["beyond"], page.context["limits"]["deepest"]) == (1, 1, "5 %")
    assert client.get(page_of(draft.campaign)).context["conflicts_beyond"] == 1
    file = client.get(url_of(draft.campaign, "s_file"), {"show": "beyond"})
    assert len(list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))) == 2


def test_finance_reads_and_does_not_ask_and_who_sees_no_campaigns_sees_nothing(client, draft):
    reported(draft)
    client.force_login(make_user(groups=["finance"]))
    assert client.get(url_of(draft.campaign)).status_code == 200
    assert client.post(url_of(draft.campaign, "s_look")).status_code == 403
    assert not Job.objects.exists()
    client.force_login(make_user(is_staff=True))
    for page in ("s", "s_file"):
        assert client.get(url_of(draft.campaign, page)).status_code == 403


def test_report_of_another_campaign_has_no_such_row(client, operator, draft):
    row = reported(draft).rows.get()
    other = make_campaign("percent_off")
    assert client.get(url_of(other, "", row.pk)).status_code == 404
    assert client.get(url_of(other, "s_file")).status_code == 404


def test_approver_sets_the_limits_in_percent_and_wrong_ones_are_refused(client, approver):
    client.force_login(approver)
    add = reverse("admin:campaigns_conflictlimits_add")
    assert client.get(add).context["adminform"].form.initial["deepest"] == "70"
    client.post(add, {"deepest": "55.5", "margin": "-2.5", "reason": "autumn"})
    limits = ConflictLimits.objects.get()
    assert (limits.deepest_off_bp, limits.least_margin_bp, limits.by, limits.reason) == (
        5_550,
        -250,
        approver,
        "autumn",
    )
    refused = client.post(add, {"deepest": "101", "margin": "100", "reason": ""})
    assert set(refused.context["adminform"].form.errors) == {"deepest", "margin", "reason"}
    assert ConflictLimits.objects.get() == limits
    assert "55.5 %" in client.get(reverse("admin:campaigns_conflictlimits_changelist")).content.decode()
    assert "-2.5 %" in client.get(reverse("admin:campaigns_conflictlimits_change", args=[limits.pk])).content.decode()


def test_a_draft_of_few_skus_that_falls_below_cost_with_others_says_so_when_it_is_saved(client, operator):
    make_sku("TEA", list_cents=10_000, cost_cents=7_000)
    make_campaign("spend_tiers", params=REDUCTION, name="300 less 50")
    typed = {"name": "Tea week", "name_zh": "茶周", "goal": "basket_value", "priority": "0", "rule_rate_bp": "20"}
    typed |= {"starts_at_0": "2026-11-11", "starts_at_1": "00:00:00", "ends_at_0": "2099-11-12", "layer": "item"}
    typed |= {"ends_at_1": "00:00:00", "sku_codes": "TEA", "threshold_on": "net", "limit_period": "campaign"}
    typed |= dict.fromkeys(("with_shop_offers", "with_platform_activities", "with_coupons"), "yes")
    saved = client.post(f"{ADD}?kind=percent_off", typed | {"refund_policy": "as_paid"}, follow=True)
    told = [str(message) for message in saved.context["messages"]]
    # 80.00 each; four reach 300: 320 - 50 = 270
    assert "TEA: ¥67.50 = 67.5 % of list, with 300 less 50 + Tea week, 4 pieces; ¥2.50 below cost" in [
        text.replace("Tea week + 300 less 50", "300 less 50 + Tea week") for text in told
    ]
