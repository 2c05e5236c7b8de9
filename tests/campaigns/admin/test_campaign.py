from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.commands.campaigns import submit_campaign
from campaigns.commands.drafting import Content, edit_draft, revise
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import Campaign, CampaignRevision
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_category, make_shop, make_sku

pytestmark = pytest.mark.django_db

LIST = reverse("admin:campaigns_campaign_changelist")
ADD = reverse("admin:campaigns_campaign_add")
SOON = timezone.now() + timedelta(days=1)


def _page(campaign):
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def _act(campaign, code):
    return reverse("admin:campaigns_campaign_act", args=[campaign.pk, code])


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


@pytest.fixture
def approver():
    return make_user("adam", groups=["approver"])


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
    assert page.index("?kind=spend_tiers") < page.index("?kind=percent_off") < page.index("?kind=amount_off")
    assert "Threshold reduction with tiers" in page
    assert client.get(ADD, {"kind": "no_such_kind"}).status_code == 404


@pytest.mark.req("CAM-01", "CAM-02")
def test_form_of_the_rule_stores_a_draft_with_exact_figures(client, operator):
    answer = client.post(f"{ADD}?kind=spend_tiers", _posted(budget_cents="1000.00", stock_units="30"))
    campaign = Campaign.objects.get()
    assert (answer.status_code, answer.url) == (302, _page(campaign))
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
        pytest.param({"sku_codes": "NOPE\nTEA"}, "No SKU has these codes (1): NOPE.", id="unknown SKU"),
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
    assert answer.url == _act(revision.campaign, "submit")
    revision.refresh_from_db()
    assert (revision.name, revision.everything, revision.skus.count()) == ("Better", True, 0)


@pytest.mark.req("CAM-09")
def test_campaign_goes_from_draft_to_running_through_two_people(client, operator, approver):
    campaign = make_revision(author=operator, starts_at=NOON - timedelta(days=900), ends_at=SOON).campaign
    campaign.revisions.update(starts_at=timezone.now() - timedelta(days=1))
    assert client.get(_act(campaign, "submit")).status_code == 200
    assert Campaign.objects.get().state == "draft"
    client.post(_act(campaign, "submit"))
    assert Campaign.objects.get().state == "in_review"
    assert client.get(_act(campaign, "approve")).status_code == 403
    client.force_login(approver)
    page = client.get(_act(campaign, "approve"))
    assert "¥10 off from ¥100" in page.content.decode()
    seen = page.context["standing"].open_revision.content_hash
    client.post(_act(campaign, "approve"), {"seen": seen, "reason": "fine"})
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.current_revision.approvals.get().checker) == ("approved", approver)
    assert "running" in client.get(_page(campaign)).content.decode()


@pytest.mark.req("CAM-09")
def test_author_with_every_permission_is_not_offered_to_approve_and_cannot(client):
    boss = make_user("boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    revision = make_revision(author=boss, starts_at=NOON, ends_at=SOON)
    submit_campaign(revision_id=revision.pk, by=boss, at=NOON)
    revision.refresh_from_db()
    assert "approve" not in [act.code for act in client.get(_page(revision.campaign)).context["acts"]]
    answer = client.post(_act(revision.campaign, "approve"), {"seen": revision.content_hash}, follow=True)
    assert "somebody else has to decide" in answer.content.decode()
    assert Campaign.objects.get().state == "in_review"


@pytest.mark.req("CAM-09")
def test_rejection_without_a_reason_is_asked_again(client, operator, approver):
    revision = make_revision(author=operator, starts_at=NOON, ends_at=SOON)
    submit_campaign(revision_id=revision.pk, by=operator, at=NOON)
    client.force_login(approver)
    answer = client.post(_act(revision.campaign, "reject"), {"reason": " "})
    assert "Say why" in answer.content.decode()
    client.post(_act(revision.campaign, "reject"), {"reason": "Below cost"})
    assert Campaign.objects.get().state == "rejected"
    assert "Below cost" in client.get(_page(revision.campaign)).content.decode()


def test_incomplete_draft_is_told_everything_that_is_missing(client, operator):
    revision = make_revision(author=operator, everything=False, with_coupons=None, starts_at=NOON, ends_at=SOON)
    page = client.post(_act(revision.campaign, "submit"), follow=True).content.decode()
    assert "Answer all three stacking questions." in page
    assert "Choose the products: all of them, or at least one." in page
    assert Campaign.objects.get().state == "draft"


@pytest.mark.req("CAM-12")
def test_approver_sees_what_a_change_would_change(client, operator, approver):
    campaign = make_campaign(author=operator, ends_at=SOON, starts_at=NOON)
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=operator, at=NOON)
    content = Content({"params": {"tiers": [{"threshold_cents": 20_000, "off_cents": 3_000}]}}, {})
    edit_draft(CAMPAIGNS, revision_id=change.pk, content=content, by=operator)
    submit_campaign(revision_id=change.pk, by=operator, at=NOON)
    client.force_login(approver)
    (seen,) = client.get(_act(campaign, "approve")).context["changes"]
    assert (seen.before, seen.after) == ("¥10 off from ¥100", "¥30 off from ¥200")


def test_approver_is_warned_of_prices_below_cost(client, operator, approver):
    make_sku("THIN", list_cents=10_000, cost_cents=9_500)
    make_sku("FAT", list_cents=10_000, cost_cents=1_000)
    revision = make_revision("percent_off", author=operator, starts_at=NOON, ends_at=SOON)
    submit_campaign(revision_id=revision.pk, by=operator, at=NOON)
    client.force_login(approver)
    context = client.get(_act(revision.campaign, "approve")).context
    assert [row[1:] for row in context["risk_rows"]] == [("¥100", "¥80", "¥95")]
    assert context["risk"].skus == 2


@pytest.mark.req("CAM-11")
def test_pause_resume_and_stop_by_confirmed_posts_only(client, operator):
    campaign = make_campaign()
    for code in ("pause", "resume", "stop"):
        client.get(_act(campaign, code))
        assert client.put(_act(campaign, code)).status_code == 405
    assert Campaign.objects.get().state == "approved"
    client.post(_act(campaign, "pause"), {"reason": "wrong\0 picture"})
    assert Campaign.objects.get().state == "paused"
    client.post(_act(campaign, "resume"))
    client.post(_act(campaign, "stop"), {"reason": "recall"})
    assert Campaign.objects.get().state == "stopped"
    history = client.get(_page(campaign)).content.decode()
    assert "wrong picture" in history
    assert "recall" in history


def test_what_was_approved_is_shown_locked_and_with_why(client, operator):
    campaign = make_campaign(author=operator)
    answer = client.get(reverse("admin:campaigns_campaign_edit", args=[campaign.pk]), follow=True)
    assert "is a promise and is locked" in answer.content.decode()
    assert b'<input type="text" name="name"' not in answer.content


@pytest.mark.req("CAM-16")
def test_duplicate_is_a_draft_of_its_own(client, operator):
    campaign = make_campaign()
    client.post(_act(campaign, "duplicate"))
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
            _page(campaign),
            _act(campaign, "submit"),
            reverse("admin:campaigns_campaign_edit", args=[campaign.pk]),
        ):
            assert client.get(url).status_code == 200
