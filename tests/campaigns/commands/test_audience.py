"""What an audience must be to be handed in, and what approval freezes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.commands.campaigns import approve_campaign, problems_of, submit_campaign
from campaigns.models import FrozenAudience, FrozenMember, NewTo
from pricing.wording import say
from tests.factories import NOON
from tests.factories.audience import all_of, is_, make_aimed, make_level, make_list, make_segment, make_tag
from tests.factories.campaigns import make_checker, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03", "CAM-18")]


def draft(audience=None, **fields):
    """A draft that lacks nothing else."""
    return make_aimed(audience, starts_at=NOON, ends_at=NOON + timedelta(days=7), **fields)


def troubles(revision):
    return [(problem.field, say(problem)) for problem in problems_of(revision, NOON)]


def test_approval_freezes_who_belongs_at_that_moment():
    gold, silver = make_customer(level="gold"), make_customer(level="silver")
    make_level("gold")
    revision = draft(all_of(is_("level", "gold")), audience_frozen=True)
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    at = NOON + timedelta(hours=1)
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=at)
    kept = FrozenAudience.objects.get(key=revision.audience_key)
    assert (kept.size, kept.at) == (1, at)
    assert [row.customer for row in kept.members.all()] == [gold] != [silver]


def test_live_audience_stores_nobody():
    revision = draft(new_to=NewTo.PLATFORM)
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=NOON)
    assert not FrozenAudience.objects.exists()


@pytest.mark.parametrize("table", ["campaigns_frozenaudience", "campaigns_frozenmember"])
def test_what_is_frozen_cannot_be_changed(table):
    kept = FrozenAudience.objects.create(key="one", size=1, at=NOON)
    FrozenMember.objects.create(audience=kept, customer=make_customer())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("audience", "text"),
    [
        pytest.param({"all": []}, "A group is empty: add a condition to it, or remove the group.", id="empty group"),
        pytest.param(
            all_of(is_("tag", "reader")),
            "There is no tag called reader. Choose one that exists, or remove the condition.",
            id="unknown tag",
        ),
        pytest.param(
            all_of(is_("list", "7")),
            "There is no list with the number 7. Choose one that exists, or remove the condition.",
            id="unknown list",
        ),
        pytest.param(
            all_of(is_("segment", "7")),
            "There is no segment with the number 7. Choose one that exists, or remove the condition.",
            id="unknown segment",
        ),
        pytest.param(
            all_of(is_("level", "gold")),
            "There is no member level called gold. Choose one that exists, or remove the condition.",
            id="unknown level",
        ),
        pytest.param(
            all_of(is_("new", "nowhere")),
            "There is no shop called nowhere. Choose one that exists, or remove the condition.",
            id="unknown shop",
        ),
        pytest.param(
            all_of(is_("level")),
            "A condition has nothing chosen: choose something, or remove the condition.",
            id="nothing chosen",
        ),
        pytest.param(all_of(is_("horoscope")), "There is no condition called horoscope.", id="unknown condition"),
        pytest.param({"all": 3}, "An audience is made of groups and conditions.", id="no list"),
    ],
)
def test_audience_that_cannot_be_used_is_named_with_what_to_do(audience, text):
    assert troubles(draft(audience)) == [("audience", text)]


def test_who_is_new_cannot_be_frozen_not_even_in_a_segment():
    segment = make_segment(all_of(is_("new", "platform")))
    means = {**is_("segment", str(segment.pk)), "means": segment.tree}
    text = "Who is new is decided with each order and cannot be frozen: choose “live”, or take it out here."
    assert troubles(draft(all_of(means), audience_frozen=True)) == [("audience_frozen", text)]


def test_platform_has_no_shop_of_its_own():
    text = "The platform has no customers of its own shop: choose “never bought here”, or a shop as owner."
    assert troubles(draft(new_to=NewTo.SHOP)) == [("new_to", text)]


def test_draft_does_not_go_in_with_an_old_meaning_of_a_segment_and_what_was_handed_in_keeps_it():
    make_tag("reader")
    segment = make_segment(all_of(is_("phone_verified")))
    means = {**is_("segment", str(segment.pk)), "means": segment.tree}
    revision = draft(all_of(means))
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    other = draft(all_of(means))
    segment.tree = all_of(is_("tag", "reader"))
    segment.save()
    text = "A segment has been changed since: open the draft, look again and save it."
    assert troubles(other) == [("audience", text)]
    revision.refresh_from_db()
    assert troubles(revision) == []


def test_known_things_of_every_kind_pass():
    make_level("gold")
    make_tag("reader")
    listed = make_list(make_customer())
    leaves = [
        is_("level", "gold"),
        is_("tag", "reader"),
        is_("list", str(listed.pk)),
        is_("registered", "at_most", "7"),
    ]
    assert troubles(draft({"any": [all_of(*leaves), {"none": [is_("region", "上海")]}]})) == []
