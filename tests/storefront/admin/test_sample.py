from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from campaigns.models import Campaign
from storefront.forms.sample import typed_at
from tests.factories import FAR_AHEAD, LONG_AGO
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16", "CAM-01", "PRC-01")]

SAMPLE, FOUND = reverse("preview:sample"), reverse("preview:sample_skus")
HALF = {"rule_rate_bp": "50", "layer": "item", "everything": "on", "with_shop_offers": "yes"}
YES = {"with_platform_activities": "yes", "with_coupons": "yes"}


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


def priced(client, *lines, query="kind=percent_off", **sent):
    """The answer for (SKU, pieces) lines; `sent` by the names of the form's fields."""
    typed = {
        f"sample-{name}": value for name, value in {"who": "guest", "channel": "web", **sent.pop("who", {})}.items()
    }
    data = {"sample-sku": [sku.pk for sku, _ in lines], "sample-quantity": [count for _, count in lines]}
    answer = client.post(f"{SAMPLE}?{query}", {**sent.pop("form", HALF | YES), **typed, **data, **sent})
    assert answer.status_code == 200
    return answer


def text_of(answer):
    return " ".join(strip_tags(answer.content.decode()).split())


def test_the_unsaved_form_prices_a_cart_line_by_line_with_and_without(client, operator):
    tea, cup = make_sku("TEA", list_cents=10_000), make_sku("CUP", list_cents=3_000)
    view = priced(client, (tea, 2), (cup, 1), form=HALF | YES | {"everything": "", "skus": [tea.pk]}).context["view"]
    assert [(line.sku.code, line.list_cents, line.net_cents, line.without_cents) for line in view.lines] == [
        ("TEA", 20_000, 10_000, 20_000),
        ("CUP", 3_000, 3_000, 3_000),
    ]
    assert (view.total_cents, view.without_cents, view.saved_cents) == (13_000, 23_000, 10_000)
    assert [(taken.cents, taken.is_draft) for taken in view.lines[0].taken] == [(10_000, True)]


def test_every_promotion_that_does_not_apply_says_why(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    make_campaign(params={"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}]}, name="Big cart")
    make_campaign("percent_off", params={"rate_bp": 6_000}, name="Better")
    answer = priced(client, (tea, 1), form=HALF | YES | {"with_platform_activities": "no"})
    told = {no.name: (no.is_draft, str(no.reason)) for no in answer.context["view"].refused}
    assert told["Big cart"] == (False, "26000 more and it applies.")
    assert answer.context["view"].refused[0].is_draft
    assert "This draft It cannot be combined with Better." in text_of(answer)
    assert "¥260 more for ¥50 off" in text_of(answer)


def test_a_stored_draft_takes_the_place_of_what_is_in_force(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    campaign = make_campaign("percent_off", params={"rate_bp": 3_000})
    draft = make_revision("percent_off", campaign=campaign, author=operator, params={"rate_bp": 1_000})
    view = priced(client, (tea, 1), query=f"revision={draft.pk}", form={}).context["view"]
    assert (view.total_cents, view.without_cents, view.raised_cents) == (9_000, 7_000, 2_000)


def test_an_approver_sees_it_where_he_decides(client):
    client.force_login(make_user("adam", groups=["approver"]))
    revision = make_revision("percent_off", review="in_review", params={"rate_bp": 5_000}, starts_at=LONG_AGO)
    page = client.get(reverse("admin:campaigns_campaign_act", args=[revision.campaign_id, "approve"])).content.decode()
    page += client.get(reverse("admin:campaigns_campaign_change", args=[revision.campaign_id])).content.decode()
    assert page.count(f'hx-post="{SAMPLE}?revision={revision.pk}"') >= 1
    tea = make_sku("TEA", list_cents=10_000)
    assert priced(client, (tea, 1), query=f"revision={revision.pk}", form={}).context["view"].total_cents == 5_000


def test_caps_of_the_draft_hold_as_if_it_were_approved(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    for cap, net_cents in (
        ({"stock_units": "2"}, 20_000),
        ({"limit_units": "1", "limit_period": "campaign"}, 25_000),
        ({"budget_cents": "150"}, 15_000),
        ({"budget_cents": "149"}, 30_000),
    ):
        view = priced(client, (tea, 3), form=HALF | YES | cap).context["view"]
        assert (cap, view.total_cents) == (cap, net_cents)


def test_the_moment_decides_and_the_past_is_refused(client, operator):
    tea, soon = make_sku("TEA", list_cents=10_000), timezone.now() + timedelta(days=3)
    local = timezone.localtime(soon)
    period = {
        "starts_at_0": f"{local:%Y-%m-%d}",
        "starts_at_1": "00:00",
        "ends_at_0": "2099-01-01",
        "ends_at_1": "00:00",
    }
    form = HALF | YES | period
    assert priced(client, (tea, 1), form=form).context["view"].total_cents == 5_000  # its first moment
    early = priced(client, (tea, 1), form=form, who={"at": typed_at(timezone.now() + timedelta(hours=1))})
    assert early.context["view"].total_cents == 10_000
    assert "At this moment the draft has not begun yet." in text_of(early)
    assert f"It starts at {local:%Y-%m-%d} 00:00." in text_of(early)
    past = priced(client, (tea, 1), form=form, who={"at": "2020-01-01T00:00"})
    assert "Choose now or later" in text_of(past)
    assert "view" not in past.context


def test_looking_ahead_leaves_the_book_as_it_is(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    make_campaign("percent_off", params={"rate_bp": 2_000}, ends_at=timezone.now() + timedelta(days=1))
    ahead = {"at": typed_at(timezone.now() + timedelta(days=30))}
    assert priced(client, (tea, 1), form=HALF, who=ahead).context["view"].without_cents == 10_000
    assert priced(client, (tea, 1), form=HALF).context["view"].without_cents == 8_000


def test_eyes_of_a_customer_a_newcomer_and_a_member(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    mei = make_customer("C-1", name="Mei", phone="13800000000")
    make_coupon(
        customer=mei,
        template=make_template(params={"off_cents": 1_000}),
        valid_from=LONG_AGO,
        valid_until=FAR_AHEAD,
    )
    for typed in ("C-1", "Mei", "13800000000"):
        seen = priced(client, (tea, 1), who={"who": "given", "customer": typed}, form={"rule_rate_bp": ""})
        assert seen.context["view"].total_cents == 9_000
    assert priced(client, (tea, 1), who={"who": "new"}, form={}).context["view"].total_cents == 10_000
    nobody = priced(client, (tea, 1), who={"who": "given", "customer": "Nobody"})
    assert "No customer has this number, phone, login or name: “Nobody”." in text_of(nobody)


def test_conditions_ask_about_level_tags_and_channel(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    for code, params, who in (
        ("member_level", {"levels": ["gold"]}, {"who": "member", "level": "gold"}),
        ("shopper_tag", {"tags": ["tea"]}, {"who": "member", "tags": "coffee, tea"}),
        ("channel", {"channels": ["app"]}, {"channel": "app"}),
    ):
        campaign = make_campaign("percent_off", conditions=[{"code": code, "params": params}])
        query = f"revision={campaign.revisions.get().pk}"
        assert (code, priced(client, (tea, 1), query=query, form={}, who=who).context["view"].total_cents) == (
            code,
            8_000,
        )
        assert priced(client, (tea, 1), query=query, form={}).context["view"].total_cents == 10_000
        Campaign.objects.filter(pk=campaign.pk).update(state="stopped")


def test_the_last_sample_is_remembered_and_the_first_one_shows_the_goods(client, operator):
    tea, cup = make_sku("TEA"), make_sku("CUP")
    begun = client.post(f"{SAMPLE}?kind=percent_off", HALF | {"everything": "", "skus": [cup.pk]})
    assert [line.sku for line in begun.context["view"].lines] == [cup]
    priced(client, (tea, 4), who={"channel": "app"})
    again = client.post(f"{SAMPLE}?kind=percent_off", HALF)
    assert [(line.sku, line.quantity) for line in again.context["view"].lines] == [(tea, 4)]
    assert again.context["form"]["channel"].value() == "app"


def test_lines_are_added_found_changed_and_taken_out(client, operator):
    tea, cup = make_sku("TEA-1"), make_sku("CUP-1")
    make_sku("TEA-0", is_active=False)
    assert [sku.code for sku in client.get(FOUND, {"sample-find": "tea"}).context["skus"]] == ["TEA-1"]
    assert (
        "No SKU that can be bought matches “&lt;b&gt;”." in client.get(FOUND, {"sample-find": "<b>"}).content.decode()
    )
    for sent, expected in (
        ({"sample-add": cup.pk}, {tea: 2, cup: 1}),
        ({"sample-find": "cup", "sample-enter": "1"}, {tea: 2, cup: 1}),
        ({"sample-out": tea.pk}, {}),
        ({"sample-add": "x' or 1=1"}, {tea: 2}),
    ):
        shown = priced(client, (tea, 2), **sent).context["units"]
        assert dict(shown) == expected


def test_a_rule_that_is_not_whole_is_priced_without(client, operator):
    tea = make_sku("TEA", list_cents=10_000)
    answer = priced(client, (tea, 1), form={"everything": "on"})
    assert "Priced without the draft, whose rule is not whole yet: This is needed." in text_of(answer)
    assert answer.context["view"].total_cents == 10_000


def test_nothing_is_written_but_the_session(client, operator):
    tea, mei = make_sku("TEA"), make_customer("C-1")
    make_coupon(customer=mei)
    campaign = make_campaign("percent_off", stock={tea: 5}, limit_units=2, budget_cents=10_000)
    query = f"revision={campaign.revisions.get().pk}"
    with CaptureQueriesContext(
        connection,
    ) as made:
        priced(client, (tea, 2), query=query, form={}, who={"who": "given", "customer": "C-1"})
    written = [query["sql"] for query in made if not query["sql"].lstrip().upper().startswith("SELECT")]
    assert [sql for sql in written if "django_session" not in sql and "SAVEPOINT" not in sql] == []
    assert len(made) < 45


def test_only_staff_who_may_see_campaigns(client):
    assert client.post(f"{SAMPLE}?kind=percent_off", HALF).status_code == 302
    client.force_login(make_user("shopper"))
    assert client.post(f"{SAMPLE}?kind=percent_off", HALF).status_code == 302
    client.force_login(make_user("staff", is_staff=True))
    assert client.post(f"{SAMPLE}?kind=percent_off", HALF).status_code == 403
    assert client.get(FOUND, {"sample-find": "a"}).status_code == 403
