import pytest
from django.urls import reverse

from campaigns.commands.alarms import watch_campaigns
from campaigns.desk import sections_for
from pricing.clock import database_now
from tests.campaigns.admin.pages import act_of, page_of
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-13")]

RUNNING = reverse("admin:campaigns_campaign_running")


def _results(campaign):
    return reverse("admin:campaigns_campaign_results", args=[campaign.pk])


def test_figures_by_sku_with_the_way_to_take_it_out(client, operator):
    thin, fat = make_sku("THIN", cost_cents=9_000), make_sku("FAT", cost_cents=1_000)
    campaign = make_campaign("percent_off", sku=[thin, fat], budget_cents=100_000)
    make_order({thin: 1, fat: 2}, customer=make_customer())
    watch_campaigns(at=database_now())
    page = client.get(_results(campaign))
    rows = [(row["sku"].code, row["figures"]["units"], row["figures"]["margin"]) for row in page.context["rows"]]
    assert rows == [("THIN", "1", "−¥10"), ("FAT", "2", "¥140")]
    assert (page.context["total"]["discount"], page.context["total"]["margin"]) == ("¥60", "¥130")
    assert page.context["budget"] == "¥60 of ¥1,000 (6 %)"
    text = page.content.decode()
    assert f"{act_of(campaign, 'withdraw')}?skus={thin.pk}" in text
    assert act_of(campaign, "stop") in text
    assert "THIN is sold below its cost, ¥10 lost so far." in text
    assert _results(campaign) in client.get(page_of(campaign)).content.decode()


def test_everything_that_runs_stands_on_one_page_worst_margin_first(client, operator):
    thin, fat = make_sku(cost_cents=9_000), make_sku(cost_cents=1_000)
    good = make_campaign("percent_off", sku=fat, name="Good")
    bad = make_campaign("percent_off", sku=thin, name="Bad")
    make_campaign("percent_off", approved=False)
    make_order({thin: 1, fat: 1}, customer=make_customer())
    rows = client.get(RUNNING).context["rows"]
    assert [row["revision"].campaign_id for row in rows] == [bad.pk, good.pk]
    assert [row["total"]["margin"] for row in rows] == ["−¥10", "¥70"]


def test_finance_looks_without_buttons_and_shoppers_see_nothing(client):
    campaign = make_campaign("percent_off")
    client.force_login(make_user(groups=["finance"]))
    assert client.get(RUNNING).status_code == 200
    page = client.get(_results(campaign))
    assert (page.status_code, page.context["may_act"]) == (200, False)
    client.force_login(make_user())
    assert client.get(_results(campaign)).status_code == 302
    assert client.get(reverse("admin:campaigns_campaign_results", args=[999_999])).status_code in (302, 404)


def test_alarm_stands_on_the_desk_of_those_who_can_interrupt_the_campaign(client, operator):
    thin = make_sku("THIN", cost_cents=9_000)
    campaign = make_campaign("percent_off", sku=thin)
    make_order({thin: 1}, customer=make_customer())
    watch_campaigns(at=database_now())
    (section,) = [found for found in sections_for(operator, database_now()) if found.title == "Alarms"]
    assert [(line.page, line.tone) for line in section.lines] == [(_results(campaign), "bad")]
    finance = make_user(groups=["finance"])
    assert "Alarms" not in [found.title for found in sections_for(finance, database_now())]
