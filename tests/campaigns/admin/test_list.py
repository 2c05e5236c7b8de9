from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import SavedView
from tests.campaigns.admin.pages import LIST
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]


def _names(page):
    return sorted(row.figures.revision.name for row in page.context["cl"].result_list)


def test_bar_narrows_the_list_and_the_counts_of_its_tabs(client, operator):
    shop = make_shop(name="Qinghe")
    make_campaign("percent_off", name="Tea", shop=shop)
    make_revision("percent_off", name="Idea", shop=shop)
    make_campaign(name="Cups")
    page = client.get(LIST, {"owner": shop.pk, "kind": "percent_off"})
    assert _names(page) == ["Idea", "Tea"]
    assert [tab["count"] for tab in page.context["stage_tabs"]] == [2, 1, 0, 0, 1, 0, 0]
    assert page.context["stage_tabs"][1]["query"] == f"?kind=percent_off&owner={shop.pk}&stage=draft"
    assert _names(client.get(LIST, {"owner": "platform"})) == ["Cups"]


def test_period_takes_both_days_and_a_sku_is_found_by_its_code(client, operator):
    today = timezone.localdate()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    make_campaign("percent_off", name="Today", sku=[make_sku("TEA-1")], starts_at=midnight, ends_at=midnight + day)
    make_campaign("percent_off", name="Later", sku=[make_sku()], starts_at=midnight + day, ends_at=midnight + 2 * day)
    assert _names(client.get(LIST, {"since": str(today), "until": str(today)})) == ["Today"]
    assert _names(client.get(LIST, {"sku": "tea-1"})) == ["Today"]
    assert _names(client.get(LIST, {"q": "tea-1"})) == ["Today"]


def test_filters_are_kept_for_next_time_until_they_are_put_away(client, operator):
    make_campaign("percent_off", name="Tea")
    make_campaign(name="Cups")
    client.get(LIST, {"kind": "percent_off", "stage": "running", "p": "1"})
    again = client.get(LIST)
    assert again.url == f"{LIST}?kind=percent_off&stage=running"
    forgotten = client.get(LIST, {"forget": "1"})
    assert forgotten.url == LIST
    assert _names(client.get(LIST)) == ["Cups", "Tea"]


def test_what_somebody_else_looks_at_is_not_remembered_for_me(client, operator):
    client.get(LIST, {"stage": "running"})
    client.force_login(make_user(groups=["operator"]))
    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense&owner=x&author=%C2%B2",
        "owner=99999999999999999999&author=-1",
        "since=soon&until=2026-02-31",
        "since=0001-01-01&until=9999-12-31",
    ],
)
def test_filters_that_mean_nothing_are_passed_over(client, operator, query):
    make_campaign(name="Tea")
    assert _names(client.get(f"{LIST}?{query}")) == ["Tea"]


def test_new_and_search_have_keys_of_their_own(client, operator):
    text = client.get(LIST).content.decode()
    assert 'accesskey="n"' in text
    assert '<label class="promo-key" for="searchbar" accesskey="s">' in text


def test_filters_too_long_to_be_kept_are_refused_with_what_to_do(client, operator):
    typed = "&".join(f"{name}={'满' * 64}" for name in ("q", "kind", "author"))
    answer = client.post(reverse("admin:campaigns_campaign_save_view"), {"name": "Long", "query": typed}, follow=True)
    assert "too long to be kept" in answer.text
    assert not SavedView.objects.exists()


def test_filters_get_a_name_that_brings_them_back_and_belongs_to_one_person(client, operator):
    make_campaign("percent_off", name="Tea")
    make_campaign(name="Cups")
    save = reverse("admin:campaigns_campaign_save_view")
    bar = client.get(LIST, {"kind": "percent_off", "stage": "running"}).context["bar"]
    for name in ("My cuts", "My cuts"):  # the same name again is the same view
        answer = client.post(save, {"name": name, "query": bar["query"] + "&p=3&evil=1"})
    assert answer.url == f"{LIST}?kind=percent_off&stage=running"
    view = SavedView.objects.get()
    page = client.get(f"{LIST}?{view.query}")
    assert (_names(page), page.context["bar"]["views"][0]["active"]) == (["Tea"], True)
    client.force_login(make_user(groups=["operator"]))
    assert client.get(LIST).context["bar"]["views"] == []
    client.post(reverse("admin:campaigns_campaign_drop_view", args=[view.pk]))
    assert SavedView.objects.exists()
    client.force_login(operator)
    client.post(reverse("admin:campaigns_campaign_drop_view", args=[view.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " ", "query": "kind=gift"}, "Give these filters a name of at most 40 characters."),
        ({"name": "x" * 41, "query": "kind=gift"}, "Give these filters a name of at most 40 characters."),
        ({"name": "All", "query": "p=2"}, "Choose filters first, and apply them."),
        ({"name": "21st", "query": "kind=gift"}, "You have 20 saved views already: delete one first."),
    ],
)
def test_a_view_without_name_or_filters_or_one_too_many_is_refused(client, operator, sent, said):
    SavedView.objects.bulk_create(SavedView(user=operator, name=str(n), query="kind=gift") for n in range(20))
    answer = client.post(reverse("admin:campaigns_campaign_save_view"), sent, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [said]
    assert SavedView.objects.count() == 20
