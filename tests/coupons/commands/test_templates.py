from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from campaigns.commands.review import NotReady
from campaigns.commands.transitions import MoveRefused
from coupons.commands.caps import CapBelowUse
from coupons.commands.claiming import claim_coupon
from coupons.commands.templates import (
    approve_template,
    duplicate_template,
    move_template,
    reject_template,
    submit_template,
)
from coupons.models import CouponTemplate, CouponTemplateRevision, TemplateBudget
from coupons.refusals import ClaimOver
from pricing.selectors.book import book_number
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.codes import make_code_pool
from tests.factories.coupons import (
    make_claim_campaign,
    make_coupon,
    make_template,
    make_template_revision,
)
from tests.factories.pricing import make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01", "CAM-09")]

DAY = timedelta(days=1)
FIXED = {"validity": "fixed", "valid_from": LONG_AGO}


def submitted(revision):
    submit_template(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    return revision


def approve(revision, by=None):
    approve_template(revision_id=revision.pk, seen_hash=revision.content_hash, by=by or make_checker(), at=NOON)


def problems(revision):
    with pytest.raises(NotReady) as refusal:
        submit_template(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    assert revision.review == "draft"
    return [problem.field for problem in refusal.value.problems]


def test_approved_template_is_in_force_with_its_purse_and_turns_the_book():
    revision = submitted(make_template_revision(issue_total=100, budget_cents=50_000))
    page = book_number()
    approve(revision)
    template = CouponTemplate.objects.get()
    assert (template.state, template.current_revision) == ("approved", revision)
    purse = TemplateBudget.objects.get()
    assert (purse.issue_total, purse.issued, purse.total_cents, purse.used_cents) == (100, 0, 50_000, 0)
    assert book_number() > page
    assert list(template.transitions.values_list("move", "target")) == [
        ("submit", "in_review"),
        ("approve", "approved"),
    ]


def test_author_cannot_approve_and_a_rejection_needs_a_reason():
    revision = submitted(make_template_revision())
    with pytest.raises(MoveRefused):
        approve(revision, by=revision.author)
    with pytest.raises(MoveRefused) as refusal:
        reject_template(revision_id=revision.pk, by=make_checker(), at=NOON, reason=" ")
    assert refusal.value.field == "reason"
    reject_template(revision_id=revision.pk, by=make_checker(), at=NOON, reason="Too generous")
    assert CouponTemplate.objects.get().state == "rejected"
    assert not TemplateBudget.objects.exists()


def test_what_was_submitted_is_frozen_by_the_database():
    revision = submitted(make_template_revision(sku=make_sku()))
    with pytest.raises(DatabaseError, match="has been submitted"), transaction.atomic():
        CouponTemplateRevision.objects.update(face_cents=1)
    with pytest.raises(DatabaseError, match="has been submitted"), transaction.atomic():
        revision.skus.all().delete()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name_zh": ""}, ["name_zh"]),
        ({"with_coupons": None}, ["with_coupons"]),
        ({"params": {"off_cents": 0}}, ["off_cents"]),
        ({"params": {}, "face_cents": 0}, ["off_cents"]),
        ({"issue_total": 0}, ["issue_total"]),
        ({"issue_per_customer": 0, "budget_cents": 0}, ["issue_per_customer", "budget_cents"]),
        ({"budget_cents": 999}, ["budget_cents"]),
        ({"budget_cents": 999, "face_cents": 0}, ["face_cents"]),
        ({"platform_share_bp": 5_000}, ["platform_share_bp"]),
        ({"starts_after_days": 31}, ["starts_after_days"]),
        ({**FIXED, "valid_until": NOON}, ["valid_until"]),
        ({"everything": False}, ["everything"]),
    ],
)
def test_incomplete_template_is_not_submitted_and_the_field_is_named(fields, wrong):
    assert problems(make_template_revision(**fields)) == wrong


def test_coupon_of_which_the_site_s_minute_covers_none_needs_a_limit_of_its_own(settings):
    settings.COUPON_CENTS_PER_MINUTE = 999
    assert problems(make_template_revision()) == ["most_cents_per_minute"]
    assert submitted(make_template_revision(most_cents_per_minute=5_000)).review == "in_review"


def test_shops_coupon_is_for_that_shops_goods_only():
    assert problems(make_template_revision(shop=make_shop(), sku=make_sku())) == ["skus"]


@pytest.mark.req("CPN-03")
def test_shorter_validity_is_refused_while_customers_can_still_claim():
    template = make_template(**FIXED, valid_until=NOON + 10 * DAY)
    make_claim_campaign(template=template, ends_at=NOON + 5 * DAY)
    make_claim_campaign(template=template, ends_at=NOON, starts_at=LONG_AGO)
    shorter = make_template_revision(template=template, **FIXED, valid_until=NOON + 5 * DAY)
    assert problems(shorter) == ["valid_until"]
    approve(submitted(make_template_revision(template=template, **FIXED, valid_until=NOON + 6 * DAY)))
    assert CouponTemplate.objects.get().current_revision.number == 3


def test_shorter_validity_is_refused_while_codes_can_still_be_redeemed():
    template = make_template(**FIXED, valid_until=NOON + 10 * DAY)
    make_code_pool(template=template, made=False, starts_at=LONG_AGO, ends_at=NOON + 5 * DAY)
    assert problems(make_template_revision(template=template, **FIXED, valid_until=NOON + 5 * DAY)) == ["valid_until"]


def test_caps_below_what_is_issued_are_refused_and_nothing_changes():
    template = make_template(issue_total=10, budget_cents=10_000)
    for _ in range(3):
        make_coupon(template=template)
    for fields, field in (({"issue_total": 2}, "issue_total"), ({"budget_cents": 2_999}, "budget_cents")):
        revision = submitted(make_template_revision(template=template, **fields))
        with pytest.raises(CapBelowUse) as refusal:
            approve(revision)
        assert refusal.value.field == field
        reject_template(revision_id=revision.pk, by=make_checker(), at=NOON, reason="below use")
    template.refresh_from_db()
    assert template.current_revision.number == 1
    assert TemplateBudget.objects.get().issue_total == 10


def test_stopped_template_gives_out_no_coupon_and_honours_those_it_gave():
    claim_campaign = make_claim_campaign()
    make_coupon(template=claim_campaign.template)
    stop = {"template_id": claim_campaign.template_id, "move": "stop", "by": make_user(), "at": NOON}
    with pytest.raises(MoveRefused):
        move_template(**stop)
    page = book_number()
    move_template(**stop, reason="A slip in the amount")
    assert book_number() > page
    with pytest.raises(ClaimOver):
        claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=make_customer().pk, seq=1, at=NOON)


def test_duplicate_is_a_draft_of_its_own():
    sku, template = make_sku(), make_template(issue_total=5)
    original = make_template(sku=sku, scopes=[{"shop": sku.product.shop}])
    copy = duplicate_template(template_id=original.pk, by=make_user(), at=NOON)
    assert (copy.state, copy.current_revision) == ("draft", None)
    draft = copy.revisions.get()
    assert (draft.params, draft.review) == (original.current_revision.params, "draft")
    assert [row.sku for row in draft.skus.all()] == [sku]
    assert draft.scopes.get().shop == sku.product.shop
    assert template.revisions.count() == 1
