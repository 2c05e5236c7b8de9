from datetime import timedelta

import pytest

from campaigns.conflicts.asking import worth_of_quote
from campaigns.conflicts.freshness import Age, standing_of
from campaigns.conflicts.loading import draft_of
from campaigns.conflicts.making import make_report
from campaigns.models import ConflictReport
from campaigns.selectors.conflicts import conflict_limits, latest_report, rows_beyond
from pricing.commands.book import turn_page
from pricing.engine.document import parse_document, price_document
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_campaign, make_revision
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-14")]
REDUCTION = {"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}]}


def report_on(revision, at=NOON):
    return make_report(revision, at=at, progress=lambda done, total: None)


def test_the_deepest_price_is_that_of_the_threshold_just_reached_with_everything_that_combines():
    sku = make_sku("TEA", list_cents=7_900, cost_cents=6_000)
    coupon = make_template(params={"off_cents": 1_000}, conditions=[])
    flash = make_campaign("percent_off", params={"rate_bp": 1_000}, sku=sku)
    draft = make_revision("spend_tiers", params=REDUCTION)
    report = report_on(draft)
    row = report.rows.get()
    # 79.00 less 10 % = 71.10; five pieces reach 300: 355.50 - 50 - 10 = 295.50
    assert (row.pieces, row.net_cents, row.extras_cents, row.unit_cents) == (5, 29_550, 0, 5_910)
    assert (row.off_bp, row.loss_cents, row.below_floor) == (2_518, 90, False)
    applied = {f"campaign:{draft.campaign_id}", flash.offer_id, coupon.current_revision.offer_id}
    assert set(row.applied) == applied
    assert set(row.others) == applied - {f"campaign:{draft.campaign_id}"}
    assert (report.skus, report.below_cost, report.below_floor, report.deepest_off_bp) == (1, 1, 0, 2_518)


def test_the_witness_is_a_document_that_gives_exactly_the_price_that_is_reported():
    sku = make_sku("TEA", list_cents=7_900, floor_cents=3_000)
    make_template(params={"off_cents": 1_000}, conditions=[])
    draft = make_revision("spend_tiers", params=REDUCTION)
    row = report_on(draft).rows.get()
    quote = price_document(parse_document(row.document))
    worth = worth_of_quote({}, quote, sku.code)
    assert (worth.pieces, worth.net_cents, worth.extras_cents) == (row.pieces, row.net_cents, row.extras_cents)


def test_gifts_at_cost_rewards_and_shipping_that_is_given_away_count():
    sku = make_sku("TEA", list_cents=10_000, cost_cents=6_000)
    make_sku("MUG", list_cents=3_000, cost_cents=1_200, product=sku.product)
    template = make_template(everything=False, conditions=[], name="reward")
    type(sku.product.shop).objects.update(shipping_fee_cents=800)
    make_campaign("free_shipping", params={}, layer="shipping")
    make_campaign("gift", params={"gifts": [{"sku": "MUG", "value_cents": 2_500}]}, layer="order")
    reward = {"template": str(template.pk), "value_cents": 500}
    make_campaign("reward", params=reward, layer="order", admits_own_layer=True)
    draft = make_revision("percent_off", params={"rate_bp": 1_000}, sku=sku)
    row = report_on(draft).rows.get()
    assert (row.net_cents, row.extras_cents, row.unit_cents) == (9_000, 1_200 + 500 + 800, 6_500)


@pytest.mark.req("CPN-01")
def test_shipping_that_a_coupon_gives_away_counts_with_the_coupon_named():
    sku = make_sku("TEA", list_cents=10_000)
    type(sku.product.shop).objects.update(shipping_fee_cents=800)
    coupon = make_template("free_shipping", params={"cap_cents": 500}, conditions=[])
    draft = make_revision("percent_off", params={"rate_bp": 1_000}, sku=sku)
    row = report_on(draft).rows.get()
    assert (row.pieces, row.net_cents, row.extras_cents) == (1, 9_000, 500)
    assert set(row.others) == {coupon.current_revision.offer_id}


def test_a_bundle_is_tried_with_its_named_partner():
    tea = make_sku("TEA", list_cents=6_000, cost_cents=5_000)
    make_sku("CUP", list_cents=4_000, product=tea.product)
    draft = make_revision(
        "bundle_price", params={"goods": {"TEA": 1, "CUP": 1}, "price_cents": 5_000}, layer="multi", sku=tea
    )
    report = report_on(draft)
    row = report.rows.get(sku=tea)
    assert (row.pieces, row.net_cents, row.loss_cents) == (1, 3_000, 2_000)
    assert [line["sku"] for line in row.document["cart"]["lines"]] == ["CUP", "TEA"]
    assert report.rows.get(sku__code="CUP").net_cents == 2_000


def test_offers_that_meet_only_at_another_time_do_not_add_up():
    sku = make_sku("TEA", list_cents=10_000)
    day = timedelta(days=1)
    make_campaign("percent_off", params={"rate_bp": 5_000}, sku=sku, starts_at=NOON, ends_at=NOON + day)
    make_campaign("percent_off", params={"rate_bp": 4_000}, sku=sku, starts_at=NOON + 3 * day, ends_at=NOON + 5 * day)
    draft = make_revision(
        "spend_tiers", params=REDUCTION, starts_at=NOON + 2 * day, ends_at=NOON + 4 * day, created_at=LONG_AGO
    )
    report = report_on(draft)
    row = report.rows.get()
    assert (row.at, row.pieces, row.net_cents) == (NOON + 3 * day, 5, 25_000)
    (overlap,) = report.overlaps
    assert (overlap["starts_at"], overlap["ends_at"]) == (
        (NOON + 3 * day).isoformat(),
        (NOON + 4 * day).isoformat(),
    )
    assert (overlap["verdict"], overlap["skus"]) == ("combines", 1)


def test_who_does_not_combine_and_why_is_said():
    make_sku("TEA", list_cents=10_000)
    same_layer = make_campaign("spend_tiers")
    refuses = make_campaign("percent_off", with_platform_activities=False)
    coupon = make_template(conditions=[])
    draft = make_revision("spend_tiers", params=REDUCTION, with_coupons=False)
    verdicts = {row["offer"]: row["verdict"] for row in report_on(draft).overlaps}
    assert verdicts == {
        same_layer.offer_id: "one_per_layer",
        refuses.offer_id: "other_refuses",
        coupon.current_revision.offer_id: "draft_refuses",
    }


def test_a_report_is_outdated_by_the_draft_by_other_offers_of_its_period_and_by_prices_and_by_nothing_else():
    sku = make_sku("TEA", list_cents=10_000)
    draft = make_revision("spend_tiers", params=REDUCTION)
    assert standing_of(draft, at=NOON).age is Age.MISSING
    report_on(draft)
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    turn_page()
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    make_campaign("percent_off", starts_at=LONG_AGO, ends_at=NOON - timedelta(days=1))
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    make_campaign("percent_off")
    assert standing_of(draft, at=NOON).age is Age.OFFERS_CHANGED
    report_on(draft)
    type(sku).objects.update(cost_cents=700)
    assert standing_of(draft, at=NOON).age is Age.GOODS_CHANGED
    report_on(draft)
    type(draft).objects.filter(pk=draft.pk).update(priority=5)
    draft.refresh_from_db()
    assert standing_of(draft, at=NOON).age is Age.DRAFT_CHANGED


def test_a_new_report_takes_the_place_of_the_old_one_and_one_that_was_not_finished_never_counts():
    make_sku("TEA")
    draft = make_revision("spend_tiers", params=REDUCTION)
    first = report_on(draft)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_report(draft, at=NOON, progress=stop)
    assert latest_report(draft) == first
    second = report_on(draft)
    assert list(ConflictReport.objects.all()) == [second]


def test_rows_beyond_the_limits_are_those_too_deep_below_cost_or_below_the_margin():
    product = make_sku("FINE", list_cents=10_000, cost_cents=1_000).product
    make_sku("DEAR", list_cents=10_000, cost_cents=6_000, product=product)
    thin = make_sku("THIN", list_cents=10_000, cost_cents=4_900, product=product)
    draft = make_revision("percent_off", params={"rate_bp": 5_000})
    report, limits = report_on(draft), conflict_limits()
    assert [row.sku.code for row in rows_beyond(report, limits)] == ["DEAR"]
    limits.least_margin_bp = 300
    assert [row.sku.code for row in rows_beyond(report, limits)] == ["DEAR", thin.code]
    limits.deepest_off_bp = 4_999
    assert rows_beyond(report, limits).count() == 3


def test_the_world_of_a_draft_holds_its_new_version_and_not_the_one_in_force():
    make_sku("TEA")
    campaign = make_campaign("percent_off", params={"rate_bp": 1_000})
    draft = make_revision("percent_off", campaign=campaign, params={"rate_bp": 3_000})
    offers = draft_of(draft, at=NOON).world.offers
    assert [offer.benefit.rate_bp for offer in offers] == [3_000]
