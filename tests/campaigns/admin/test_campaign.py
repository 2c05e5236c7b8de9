from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.admin.campaign import HINTS
from campaigns.forms.rule_fields import campaign_benefits
from campaigns.models import Campaign, CampaignRevision
from tests.campaigns.admin.pages import ADD, LIST, act_of, page_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision
from tests.factories.pricing import make_category, make_shop, make_sku

pytestmark = pytest.mark.django_db

SOON = timezone.now() + timedelta(days=1)


def _posted(**changes):
    data = {
        "name": "¥50 off ¥300",
        "name_zh": "满300减50",
        "goal": "basket_value",
        "priority": "0",
        "starts_at_0": "2026-11-11",
        "starts_at_1": "00:00:00",
        "ends_at_0": "2099-11-12",
        "ends_at_1": "00:00:00",
        "everything": "on",
        "rule_tiers_counted": "cents",
        "rule_tiers_given": "off",
        "rule_tiers_from": ["300", "500", ""],
        "rule_tiers_off": ["50", "100.50", ""],
        "threshold_on": "net",
        "with_shop_offers": "yes",
        "with_platform_activities": "no",
        "with_coupons": "yes",
        "limit_period": "campaign",
        "refund_policy": "as_paid",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


@pytest.mark.req("CAM-02")
def test_new_campaign_begins_with_the_choice_of_its_kind(client, operator):
    page = client.get(ADD).content.decode()
    assert page.index('?kind=spend_tiers"') < page.index('?kind=percent_off"') < page.index('?kind=amount_off"')
    assert "Threshold reduction with tiers" in page
    assert client.get(ADD, {"kind": "no_such_kind"}).status_code == 404


@pytest.mark.req("CAM-01", "CAM-02")
def test_form_of_the_rule_stores_a_draft_with_exact_figures(client, operator):
    answer = client.post(f"{ADD}?kind=spend_tiers", _posted(budget_cents="1000.00", stock_units="30"))
    campaign = Campaign.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(campaign))
    revision = campaign.revisions.get()
    assert (revision.author, revision.review, campaign.state) == (operator, "draft", "draft")
    assert revision.params == {
        "tiers": [
            {"threshold_cents": 30_000, "off_cents": 5_000},
            {"threshold_cents": 50_000, "off_cents": 10_050},
        ]
    }
    assert (revision.layer, revision.budget_cents, revision.stock_units, revision.limit_units) == (
        "order",
        100_000,
        30,
        None,
    )
    assert (revision.with_shop_offers, revision.with_platform_activities, revision.with_coupons) == (True, False, True)
    assert (revision.platform_share_bp, revision.starts_at.isoformat()) == (10_000, "2026-11-10T16:00:00+00:00")


@pytest.mark.req("PLT-04")
@pytest.mark.parametrize(("language", "typed"), [("en", "20"), ("zh-hans", "8")])
def test_percentage_is_typed_in_the_way_of_the_language(client, operator, language, typed):
    sku = make_sku("TEA")
    data = _posted(rule_rate_bp=typed, layer="item", everything=None, sku_codes="TEA\t7")
    client.cookies.load({"django_language": language})
    client.post(f"{ADD}?kind=percent_off", data)
    revision = CampaignRevision.objects.get()
    assert (revision.params, revision.layer) == ({"rate_bp": 2_000}, "item")
    assert list(revision.skus.values_list("sku", "stock_units")) == [(sku.pk, 7)]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        pytest.param({"name": ""}, "This field is required", id="no name"),
        pytest.param({"ends_at_0": "2026-11-10"}, "The end must be later than the start.", id="ends before it starts"),
        pytest.param({"rule_tiers_off": ["50", "x", ""]}, "Tier 2: “x” is no reduction", id="tier that is no figure"),
        pytest.param({"rule_tiers_off": ["50", "40", ""]}, "A higher tier gives more", id="tiers that fall"),
        pytest.param({"rule_tiers_off": ["400", "450", ""]}, "larger than the threshold", id="more off than spent"),
        pytest.param({"rule_tiers_from": [], "rule_tiers_off": []}, "This field is required", id="no tier"),
        pytest.param({"budget_cents": "-5"}, "Give an amount such as 12.50.", id="negative budget"),
        pytest.param({"budget_cents": "99999999999"}, "Give an amount from", id="absurd budget"),
        pytest.param({"stock_units": "99999999999"}, "less than or equal to 1000000", id="absurd stock"),
        pytest.param({"limit_units": "-1"}, "greater than or equal to 1", id="limit below zero"),
        pytest.param({"sku_codes": "NOPE\nTEA"}, "NOPE: No SKU has the code “NOPE”.", id="unknown SKU"),
        pytest.param({"sku_codes": "TEA\0"}, "Null characters are not allowed", id="SKU code that cannot be stored"),
        pytest.param({"platform_share_bp": "50"}, "the platform pays in full", id="nobody to share with"),
        pytest.param({"starts_at_1": "25:00"}, "Enter a valid time", id="no time"),
    ],
)
def test_wrong_figure_is_named_and_nothing_is_stored(client, operator, changes, complaint):
    make_sku("TEA")
    answer = client.post(f"{ADD}?kind=spend_tiers", _posted(**changes))
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert not Campaign.objects.exists()


def test_form_shows_a_draft_as_it_was_typed(client, operator):
    tea, cup = make_sku("TEA"), make_sku("CUP")
    revision = make_revision(
        "percent_off",
        author=operator,
        params={"rate_bp": 1_500, "cap_cents": 1_250},
        stock={tea: 5, cup: None},
        shop=make_shop("leaf"),
        scopes=[{"category": make_category(), "excluded": True}],
        platform_share_bp=3_000,
    )
    form = client.get(reverse("admin:campaigns_campaign_edit", args=[revision.campaign_id])).context["form"]
    shown = {name: form[name].value() for name in ("rule_rate_bp", "rule_cap_cents", "platform_share_bp", "sku_codes")}
    assert shown == {
        "rule_rate_bp": "15",
        "rule_cap_cents": "12.5",
        "platform_share_bp": "30",
        "sku_codes": "TEA\t5",
    }
    assert form["skus"].value() == [cup.pk]
    assert form["excluded_categories"].value() == [revision.scopes.get().category_id]


def test_editing_a_draft_replaces_what_it_says(client, operator):
    revision = make_revision(author=operator, sku=make_sku(), starts_at=NOON, ends_at=SOON)
    url = reverse("admin:campaigns_campaign_edit", args=[revision.campaign_id])
    answer = client.post(url, _posted(name="Better", _submit="1"))
    assert answer.url == act_of(revision.campaign, "submit")
    revision.refresh_from_db()
    assert (revision.name, revision.everything, revision.skus.count()) == ("Better", True, 0)


@pytest.mark.req("CAM-01")
def test_form_sent_twice_makes_one_draft_that_says_what_was_sent_last(client, operator):
    page = client.get(f"{ADD}?kind=spend_tiers")
    key = page.context["draft_key"]
    assert f'name="draft_key" value="{key}"' in page.content.decode()
    first = client.post(f"{ADD}?kind=spend_tiers", _posted(draft_key=key))
    again = client.post(f"{ADD}?kind=spend_tiers", _posted(draft_key=key, name="Better"))
    campaign = Campaign.objects.get()
    assert first.url == again.url == page_of(campaign)
    assert campaign.revisions.get().name == "Better"


@pytest.mark.req("CAM-01")
@pytest.mark.parametrize("key", ["", "nonsense", None])
def test_form_without_a_key_makes_a_draft_each_time(client, operator, key):
    for _ in range(2):
        client.post(f"{ADD}?kind=spend_tiers", _posted(draft_key=key))
    assert Campaign.objects.count() == 2


@pytest.mark.req("CAM-09")
def test_form_sent_again_after_it_was_handed_in_changes_nothing(client, operator):
    sent = _posted(draft_key=str(uuid4()), starts_at_0="2099-11-11")
    client.post(f"{ADD}?kind=spend_tiers", sent)
    client.post(act_of(Campaign.objects.get(), "submit"))
    answer = client.post(f"{ADD}?kind=spend_tiers", sent | {"name": "Sneaked in"})
    assert "What has been handed in cannot be changed." in answer.content.decode()
    assert CampaignRevision.objects.get().name == "¥50 off ¥300"


@pytest.mark.req("CAM-16")
def test_duplicate_clicked_twice_makes_one_copy(client, operator):
    campaign = make_campaign()
    key = client.get(act_of(campaign, "duplicate")).context["draft_key"]
    answers = [client.post(act_of(campaign, "duplicate"), {"draft_key": key}) for _ in range(2)]
    copy = Campaign.objects.exclude(pk=campaign.pk).get()
    assert [answer.url for answer in answers] == [page_of(copy)] * 2
    assert copy.revisions.count() == 1


@pytest.mark.req("CAM-10")
def test_campaign_ended_by_the_clock_cannot_be_paused_or_stopped_any_more(client, operator):
    now = timezone.now()
    over = make_campaign(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    offered = [act.code for act in client.get(page_of(over)).context["acts"]]
    assert offered == ["revise", "duplicate"]
    assert client.get(act_of(over, "stop")).url == page_of(over)


@pytest.mark.req("CAM-16")
def test_times_have_seconds_only_where_somebody_has_set_them(client, operator):
    make_campaign(starts_at=NOON, ends_at=NOON.replace(year=2090, second=7))
    period = client.get(LIST).context["cl"].result_list[0].figures.period
    assert [len(text) for text in period] == [len("2026-11-21 12:00"), len("2026-11-21 12:00:07")]


@pytest.mark.req("CAM-07")
@pytest.mark.parametrize("key", ["1e9", "１０", "-1", "NaN", "\0", "<script>", "9" * 30])
def test_chosen_product_that_can_be_no_product_is_named_as_an_error(client, operator, key):
    chosen = {name: key for name in ("shops", "categories", "products", "skus", "excluded_products")}
    answer = client.post(f"{ADD}?kind=spend_tiers", _posted(everything=None, **chosen))
    assert answer.status_code == 200
    assert "products" in answer.context["form"].errors
    assert not Campaign.objects.exists()


@pytest.mark.req("CAM-16")
def test_duplicate_is_a_draft_of_its_own(client, operator):
    campaign = make_campaign()
    client.post(act_of(campaign, "duplicate"))
    copy = Campaign.objects.exclude(pk=campaign.pk).get()
    assert (copy.state, copy.revisions.get().author) == ("draft", operator)


@pytest.mark.req("CAM-16")
def test_list_has_a_tab_for_each_stage_with_usage_and_spend(client, operator):
    now = timezone.now()
    day = timedelta(days=1)
    make_campaign(name="Runs", stock=40, budget_cents=5_000)
    make_campaign(name="Comes", starts_at=now + day, ends_at=now + 2 * day)
    make_campaign(name="Over", starts_at=now - 2 * day, ends_at=now - day)
    make_revision(name="Idea")
    found = {
        stage: [row.figures.revision.name for row in client.get(LIST, {"stage": stage}).context["cl"].result_list]
        for stage in ("draft", "review", "scheduled", "running", "paused", "ended")
    }
    assert found == {
        "draft": ["Idea"],
        "review": [],
        "scheduled": ["Comes"],
        "running": ["Runs"],
        "paused": [],
        "ended": ["Over"],
    }
    page = client.get(LIST, {"stage": "running"})
    figures = page.context["cl"].result_list[0].figures
    assert (figures.usage, figures.spend, figures.state) == ("0 of 40", "¥0 of ¥50", "running")
    assert [tab["count"] for tab in page.context["stage_tabs"]] == [4, 1, 0, 1, 1, 0, 1]


def test_list_costs_the_same_however_long_it_is(client, operator, django_assert_max_num_queries):
    for _ in range(12):
        make_campaign(stock={make_sku(): 5}, budget_cents=100)
    with django_assert_max_num_queries(40):
        client.get(LIST)


@pytest.mark.req("PLT-04")
def test_every_page_of_a_campaign_opens_in_chinese(client, operator):
    campaign = make_revision(author=operator).campaign
    with override("zh-hans"):
        client.cookies.load({"django_language": "zh-hans"})
        for url in (
            LIST,
            ADD,
            f"{ADD}?kind=spend_tiers",
            f"{ADD}?kind=percent_off",
            page_of(campaign),
            act_of(campaign, "submit"),
            reverse("admin:campaigns_campaign_edit", args=[campaign.pk]),
        ):
            assert client.get(url).status_code == 200


@pytest.mark.req("CAM-02")
def test_every_kind_of_campaign_is_explained_by_an_example():
    assert set(HINTS) == set(campaign_benefits())
