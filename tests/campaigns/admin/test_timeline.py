from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from campaigns.admin.timeline_lanes import lanes_of
from campaigns.admin.timeline_window import ZOOMS, Window
from campaigns.lifecycle import Phase
from campaigns.models import CampaignRevision
from campaigns.selectors.shown import shown_between
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.planning import make_festival
from tests.factories.pricing import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]

PAGE = reverse("admin:campaigns_campaign_timeline")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = date(2026, 11, 9)
MONTH = Window.around(date(2026, 11, 11), ZOOMS["month"])


def _local(day, hour=0, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=timezone.get_default_timezone())


def _lanes(by="owner", window=MONTH, viewer=None, phases=None):
    revisions = list(shown_between(window.since, window.until))
    return lanes_of(revisions, phases or {}, window, by=by, viewer=viewer or AnonymousUser())


def test_window_begins_on_the_monday_of_the_day_and_is_cut_into_columns():
    assert (MONTH.first, MONTH.columns) == (MONDAY, 140)
    assert (MONTH.earlier, MONTH.later) == (date(2026, 10, 12), date(2026, 12, 7))
    week = Window.around(MONDAY, ZOOMS["week"])
    assert (week.since, week.until, week.columns) == (_local(9), _local(16), 168)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "columns"),
    [
        pytest.param(_local(9), _local(10), (1, 5), id="a whole day"),
        pytest.param(_local(11, 20), _local(11, 22), (12, 13), id="two hours fill the quarter of a day they are in"),
        pytest.param(_local(9, 5), _local(9, 7), (1, 3), id="both quarters that it touches"),
        pytest.param(_local(1), _local(9, 6), (1, 2), id="begun before"),
        pytest.param(_local(9), _local(9) + 90 * DAY, (1, 141), id="going on after"),
    ],
)
def test_a_bar_covers_every_column_that_its_period_touches(starts_at, ends_at, columns):
    assert MONTH.span(starts_at, ends_at) == columns


def test_bars_that_touch_share_no_row_and_their_overlaps_are_counted():
    for first, last in ((9, 12), (10, 13), (11, 12), (13, 14)):
        make_campaign(starts_at=_local(first), ends_at=_local(last))
    (lane,) = _lanes()
    assert [(bar.start, bar.end, bar.row) for bar in lane.bars] == [(1, 13, 1), (5, 17, 2), (9, 13, 3), (17, 21, 1)]
    assert [(found.start, found.end, found.count) for found in lane.overlaps] == [(5, 9, 2), (9, 13, 3)]
    assert (lane.rows, lane.most_at_once) == (3, 3)


def test_lanes_follow_the_owner_or_the_kind_or_the_channel_or_the_author():
    shop = make_shop(name="Qinghe")
    olga = make_user("olga")
    app = [{"code": "channel", "params": {"channels": ["app", "web"]}}]
    period = {"starts_at": _local(10), "ends_at": _local(12)}
    make_campaign("percent_off", shop=shop, author=olga, conditions=app, **period)
    make_campaign(author=olga, **period)
    assert [lane.title for lane in _lanes("owner")] == ["Qinghe", "the platform"]
    assert [len(lane.bars) for lane in _lanes("kind")] == [1, 1]
    assert [(lane.title, len(lane.bars)) for lane in _lanes("channel")] == [("all channels", 1), ("app", 1), ("web", 1)]
    assert [(lane.title, len(lane.bars)) for lane in _lanes("author")] == [("olga", 2)]


def test_state_is_said_in_words_and_only_ones_own_drafts_can_be_moved():
    olga = make_user("olga")
    period = {"starts_at": _local(10), "ends_at": _local(12)}
    running = make_campaign(author=olga, **period)
    own, foreign = make_revision(author=olga, **period), make_revision(**period)
    (lane,) = _lanes(viewer=olga, phases={running.pk: Phase.RUNNING})
    found = {bar.revision.campaign_id: (bar.state, bar.tone, bar.is_movable) for bar in lane.bars}
    assert found == {
        running.pk: ("running", "good", False),
        own.campaign_id: ("draft", "draft", True),
        foreign.campaign_id: ("draft", "draft", False),
    }


def test_a_change_in_review_does_not_make_a_second_bar():
    campaign = make_campaign(starts_at=_local(10), ends_at=_local(12))
    make_revision(campaign=campaign, starts_at=_local(10), ends_at=_local(20), review="in_review")
    (lane,) = _lanes(phases={campaign.pk: Phase.SCHEDULED})
    assert [(bar.end, bar.state) for bar in lane.bars] == [(13, "scheduled, change in review")]


def test_page_shows_festivals_campaigns_and_now(client, operator):
    make_festival("Singles' Day", first=date(2026, 11, 1), last=date(2026, 11, 11), peak_orders=60)
    now = timezone.now()
    make_campaign(name="Tea week", starts_at=now - DAY, ends_at=now + DAY)
    page = client.get(PAGE, {"day": "2026-11-11"})
    assert [(start, end, row.name) for start, end, row in page.context["festivals"]] == [(1, 13, "Singles' Day")]
    page = client.get(PAGE)
    assert page.context["today"] is not None
    assert "<b>running</b> Tea week" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["day=nonsense", "day=0001-01-01", "day=9999-12-31", "day=2026-02-31", "zoom=x&lanes=y"]
)
def test_a_query_that_means_nothing_shows_this_month_by_owner(client, operator, query):
    page = client.get(f"{PAGE}?{query}")
    assert page.context["links"]["chosen"] == {"zoom": "month", "lanes": "owner", "hide": ""}
    assert page.context["window"].first <= timezone.localdate() < page.context["window"].first + 7 * DAY


def test_empty_timeline_says_so_and_leads_to_a_new_campaign(client, operator):
    text = client.get(PAGE).content.decode()
    assert "No campaign in these weeks." in text
    assert reverse("admin:campaigns_campaign_add") in text


def test_two_hundred_campaigns_cost_a_constant_number_of_queries(client, operator, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(200):
        make_revision(starts_at=now + number * HOUR, ends_at=now + (number + 30) * HOUR)
    with django_assert_max_num_queries(25):
        page = client.get(PAGE, {"zoom": "month"})
    assert sum(len(lane.bars) for lane in page.context["lanes"]) == 200


def test_own_draft_is_moved_by_the_plain_form_and_comes_back_to_the_same_view(client, operator):
    draft = make_revision(author=operator, starts_at=_local(10), ends_at=_local(12))
    view = f"{PAGE}?zoom=week"
    sent = {"starts_at_0": "2026-12-01", "starts_at_1": "10:00:00", "next": view}
    answer = client.post(reverse("admin:campaigns_campaign_move", args=[draft.campaign_id]), sent)
    assert answer.url == view
    draft = CampaignRevision.objects.get(pk=draft.pk)
    assert (timezone.localtime(draft.starts_at).isoformat(), draft.ends_at - draft.starts_at) == (
        "2026-12-01T10:00:00+08:00",
        2 * DAY,
    )


@pytest.mark.parametrize("sent", [{}, {"starts_at_0": "soon"}, {"starts_at_0": "1999-01-01", "starts_at_1": "00:00"}])
def test_a_start_that_is_no_moment_moves_nothing_and_says_what_to_give(client, operator, sent):
    draft = make_revision(author=operator, starts_at=_local(10), ends_at=_local(12))
    address = reverse("admin:campaigns_campaign_move", args=[draft.campaign_id])
    answer = client.post(address, sent | {"next": "https://elsewhere.example/"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert [str(said) for said in answer.context["messages"]] == [
        "Not moved: give a date and a time for the start, such as 2026-11-11 and 00:00."
    ]
    assert CampaignRevision.objects.get(pk=draft.pk).starts_at == _local(10)


def test_others_are_shown_the_timeline_but_move_nothing(client):
    draft = make_revision(starts_at=_local(10), ends_at=_local(12))
    client.force_login(make_user(groups=["finance"]))
    assert client.get(PAGE).status_code == 200
    address = reverse("admin:campaigns_campaign_move", args=[draft.campaign_id])
    sent = {"starts_at_0": "2026-12-01", "starts_at_1": "00:00"}
    assert (client.post(address, sent).status_code, client.get(address).status_code) == (403, 405)
