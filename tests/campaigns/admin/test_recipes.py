from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.commands.campaigns import problems_of
from campaigns.models import Campaign, CampaignRevision, CampaignSku, ReviewState
from campaigns.recipes import RECIPES, SETS
from pricing.engine.registry import load_benefit
from tests.campaigns.admin.pages import ADD
from tests.factories import NOON
from tests.factories.campaigns import make_user
from tests.factories.planning import make_festival
from tests.factories.pricing import make_category, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]

SET = reverse("admin:campaigns_campaign_recipe_set", args=["big_festival"])


def _filled_in(form):
    """What a browser sends for a form as it is shown."""
    sent = {}
    for field in form:
        value = field.value()
        if isinstance(value, datetime):
            local = timezone.localtime(value)
            sent |= {
                f"{field.html_name}_0": local.strftime("%Y-%m-%d"),
                f"{field.html_name}_1": local.strftime("%H:%M:%S"),
            }
        elif field.name == "rule_tiers":
            sent |= {"rule_tiers_counted": "cents", "rule_tiers_given": "off"}
            sent["rule_tiers_from"] = [str(tier["threshold_cents"] // 100) for tier in form.initial[field.name]]
            sent["rule_tiers_off"] = [str(tier["off_cents"] // 100) for tier in form.initial[field.name]]
        elif value is None and field.name in ("limit_period", "refund_policy", "threshold_on"):
            sent[field.html_name] = field.field.choices[0][0]  # a browser sends the first one
        elif value is True:
            sent[field.html_name] = "on"
        elif value not in (None, False, [], {}):
            sent[field.html_name] = str(field.field.prepare_value(value))
    return sent


@pytest.mark.parametrize("code", RECIPES)
def test_recipe_fills_the_form_and_the_draft_lacks_nothing_once_goods_are_chosen(client, operator, code):
    recipe = RECIPES[code]
    url = f"{ADD}?kind={recipe.benefit}&recipe={code}"
    sent = _filled_in(client.get(url).context["form"])
    answer = client.post(url, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    revision = CampaignRevision.objects.get()
    stored_rule = load_benefit(revision.benefit_code, revision.params)
    assert (stored_rule, revision.name_zh) == (load_benefit(recipe.benefit, recipe.params), recipe.names[1])
    stored = {name: getattr(revision, name) for name in recipe.fields}
    assert stored == dict(recipe.fields)
    if not revision.everything:
        asked_at = "sku_codes" if recipe.prices_each_sku else "everything"
        assert [problem.field for problem in problems_of(revision, timezone.now())] == [asked_at]
        price_cents = 5_000 if recipe.prices_each_sku else None
        CampaignSku.objects.create(revision=revision, sku=make_sku(), price_cents=price_cents)
    assert problems_of(CampaignRevision.objects.get(), timezone.now()) == []


def test_every_recipe_stands_as_a_card_that_says_when_it_is_used(client, operator):
    text = client.get(ADD).content.decode()
    for recipe in RECIPES.values():
        assert f"?kind={recipe.benefit}&amp;recipe={recipe.code}" in text
        assert recipe.when
    assert SET in text


@pytest.mark.parametrize("query", ["kind=percent_off&recipe=nonsense", "kind=percent_off&recipe=weekend_threshold"])
def test_a_recipe_that_does_not_exist_or_is_of_another_kind_fills_in_nothing(client, operator, query):
    assert client.get(f"{ADD}?{query}").context["form"].initial == {}


@pytest.mark.parametrize(
    ("code", "starts", "ends", "announced"),
    [
        ("flash_sale", "2026-11-12 20:00", "2026-11-12 22:00", "2026-11-11 20:00"),
        ("weekend_threshold", "2026-11-14 00:00", "2026-11-16 00:00", None),
        ("clearance", "2026-11-12 00:00", "2026-12-03 00:00", None),
    ],
)
def test_proposed_period_lies_ahead_by_the_sites_clock(code, starts, ends, announced):
    columns = RECIPES[code].columns(NOON)  # a Wednesday
    found = [
        columns[name] and f"{timezone.localtime(columns[name]):%Y-%m-%d %H:%M}"
        for name in ("starts_at", "ends_at", "warm_up_at")
    ]
    assert found == [starts, ends, announced]


def test_weekend_proposed_on_a_saturday_is_the_next_one():
    saturday = NOON + timedelta(days=3)
    assert timezone.localtime(RECIPES["weekend_threshold"].columns(saturday)["starts_at"]).day == 21


def _posted(**changes):
    data = {
        "name": "Singles' Day",
        "name_zh": "双十一",
        "first": "2027-11-01",
        "last": "2027-11-11",
        "parts": [part.code for part in SETS["big_festival"].parts],
        "key": str(uuid4()),
    }
    return data | changes


def test_eight_campaigns_of_a_festival_are_begun_at_once_and_lack_nothing_but_goods(client, operator):
    sent = _posted()
    for _ in range(2):  # a second click makes no more
        answer = client.post(SET, sent)
    assert answer.url == f"{reverse('admin:campaigns_campaign_timeline')}?day=2027-11-01"
    drafts = CampaignRevision.objects.order_by("starts_at", "pk")
    period = {
        row.name_zh: tuple(f"{timezone.localtime(at):%m-%d %H}" for at in (row.starts_at, row.ends_at))
        for row in drafts
    }
    assert period == {
        "双十一全场包邮": ("10-29 00", "11-12 00"),
        "双十一满300减40，满500减80": ("11-01 00", "11-12 00"),
        "双十一新人首单满59减15": ("11-01 00", "11-12 00"),
        "双十一第二件半价": ("11-01 00", "11-12 00"),
        "双十一99元任选3件": ("11-01 00", "11-12 00"),
        "双十一买三送一": ("11-01 00", "11-12 00"),
        "双十一限时秒杀": ("11-11 20", "11-11 22"),
        "双十一返场5折": ("11-12 00", "11-15 00"),
    }
    assert {row.author for row in drafts} == {operator}
    for draft in drafts:
        lacking = [problem.field for problem in problems_of(draft, NOON)]
        asked_at = "sku_codes" if draft.benefit_code == "sku_prices" else "everything"
        assert lacking == ([] if draft.everything else [asked_at])


@pytest.mark.parametrize("name", ["Singles' Day", " Double Eleven ", "A very long name of an occasion " * 3])
def test_what_is_begun_is_not_ticked_again_when_somebody_comes_back_to_the_page(client, operator, name):
    client.post(SET, _posted(name=name, parts=["threshold"]))
    again = {"name": name, "first": "2027-11-01", "last": "2027-11-11"}
    parts = {row["part"].code: row for row in client.get(SET, again).context["parts"]}
    assert [code for code, row in parts.items() if not row["ticked"]] == ["threshold"]
    assert parts["threshold"]["campaign_id"] == Campaign.objects.get().pk
    elsewhen = client.get(SET, again | {"first": "2027-11-02"}).context["parts"]
    assert all(row["ticked"] for row in elsewhen)


def test_what_was_rejected_is_ticked_again(client, operator):
    client.post(SET, _posted(parts=["threshold"]))
    CampaignRevision.objects.update(review=ReviewState.REJECTED)
    again = {"name": "Singles' Day", "first": "2027-11-01", "last": "2027-11-11"}
    assert all(row["ticked"] for row in client.get(SET, again).context["parts"])


def test_goods_of_a_category_complete_the_draft_at_once(client, operator):
    tea = make_category("tea")
    make_sku(category=tea)
    sent = _posted(parts=["second_half", "encore", "threshold"])
    client.post(SET, sent | {"goods-second_half": str(tea.pk), "goods-threshold": str(tea.pk), "goods-encore": "x"})
    goods = {row.name_zh: [scope.category for scope in row.scopes.all()] for row in CampaignRevision.objects.all()}
    assert goods == {"双十一第二件半价": [tea], "双十一满300减40，满500减80": [], "双十一返场5折": []}
    complete = CampaignRevision.objects.get(name_zh="双十一第二件半价")
    assert problems_of(complete, NOON) == []


@pytest.mark.req("CAM-02")
def test_flash_sale_of_a_set_takes_each_sku_with_its_price_and_no_whole_category(client, operator):
    tea = make_category("tea")
    make_sku(category=tea)
    assert 'name="goods-flash_sale"' not in client.get(SET).content.decode()
    client.post(SET, _posted(parts=["flash_sale"]) | {"goods-flash_sale": str(tea.pk)})
    draft = CampaignRevision.objects.get()
    assert (draft.benefit_code, draft.scopes.count()) == ("sku_prices", 0)
    page = client.get(reverse("admin:campaigns_campaign_edit", args=[draft.campaign_id]))
    assert "sku_rows" in page.context["form"].fields or "activity price" in page.content.decode()


def test_set_proposes_the_next_festival_of_the_calendar(client, operator):
    today = timezone.localdate()
    make_festival("Over", first=today - timedelta(days=9))
    make_festival("Tea days", first=today + timedelta(days=5), last=today + timedelta(days=7))
    chosen = make_festival("Cup days", first=today + timedelta(days=9))
    occasion = client.get(SET).context["occasion"]
    assert (occasion.name[0], occasion.first - today, occasion.last - today) == (
        "Tea days", timedelta(days=5), timedelta(days=7),
    )  # fmt: skip
    assert client.get(SET, {"festival": chosen.pk}).context["occasion"].name[0] == "Cup days"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"parts": []}, "Choose at least one campaign."),
        ({"parts": ["nonsense"]}, "Choose at least one campaign."),
        ({"last": "2027-10-31"}, "The last day comes after the first, within a year."),
        ({"last": "2029-01-01"}, "The last day comes after the first, within a year."),
        ({"first": "soon"}, "Give the first and the last day, such as 2026-11-01."),
        ({"first": "0001-01-01"}, "Give the first and the last day, such as 2026-11-01."),
        ({"name": "\0"}, "Give the occasion a name: the campaigns' names begin with it."),
        ({"name": " "}, "Give the occasion a name: the campaigns' names begin with it."),
    ],
)
def test_wrong_occasion_is_refused_with_what_was_typed_kept_and_nothing_begun(client, operator, wrong, said):
    answer = client.post(SET, _posted(**wrong))
    assert [str(message) for message in answer.context["messages"]] == [said]
    assert answer.context["occasion"].name[1] == "双十一"
    assert not Campaign.objects.exists()


def test_names_stay_short_enough_whatever_the_occasion_is_called(client, operator):
    client.post(SET, _posted(name="x" * 300, name_zh="双" * 300, parts=["threshold"]))
    draft = CampaignRevision.objects.get()
    assert (len(draft.name), draft.name_zh) == (88, "双" * 60 + "满300减40，满500减80")


def test_only_those_who_set_campaigns_up_begin_a_set(client):
    client.force_login(make_user(groups=["approver"]))
    assert (client.get(SET).status_code, client.post(SET, _posted()).status_code) == (403, 403)
    client.force_login(make_user(groups=["operator"]))
    assert client.get(reverse("admin:campaigns_campaign_recipe_set", args=["nonsense"])).status_code == 404
    assert not Campaign.objects.exists()


def test_one_day_is_a_festival_too():
    for part in SETS["big_festival"].parts:
        columns = part.columns(first=date(2027, 5, 20), last=date(2027, 5, 20), festival=("520", ""))
        assert columns["starts_at"] < columns["ends_at"]
