"""Tags on customers: put on and taken off by people, or kept by a rule; who did it and when is kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns import tasks
from campaigns.commands.tags import KeptByRule, Setter, apply_rule, put_on, rules_due, save_tag, set_tags_of, take_off
from campaigns.models import Customer, CustomerTag, Tag, TagChange, TagSource
from pricing.engine.errors import Refusal
from tests.factories import NOON
from tests.factories.audience import all_of, is_, make_segment, make_tag
from tests.factories.campaigns import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-18")]
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def olga():
    return make_user("olga")


def history(tag):
    rows = TagChange.objects.filter(tag=tag).order_by("pk")
    return [(row.customer.code, row.is_set, row.source, row.by and row.by.username, row.at) for row in rows]


def carriers(tag):
    return set(CustomerTag.objects.filter(tag=tag).values_list("customer__code", flat=True))


def test_putting_on_and_taking_off_counts_what_changed_and_writes_history_once(olga):
    tag, ann, bob = make_tag(), make_customer("ann"), make_customer("bob")
    by_hand = Setter(TagSource.HAND, olga, NOON)
    assert put_on(tag.pk, [ann.pk], by_hand) == 1
    assert put_on(tag.pk, [ann.pk, bob.pk], Setter(TagSource.FILE, olga, LATER)) == 1
    assert take_off(tag.pk, [ann.pk], Setter(TagSource.API, olga, LATER)) == 1
    assert take_off(tag.pk, [ann.pk], by_hand) == 0
    assert carriers(tag) == {"bob"}
    assert history(tag) == [
        ("ann", True, "hand", "olga", NOON),
        ("bob", True, "file", "olga", LATER),
        ("ann", False, "api", "olga", LATER),
    ]
    row = CustomerTag.objects.get(tag=tag)
    assert (row.source, row.by, row.at) == ("file", olga, LATER)
    assert Tag.objects.get(pk=tag.pk).changed_at == LATER


def test_history_cannot_be_changed(olga):
    put_on(make_tag().pk, [make_customer().pk], Setter(TagSource.HAND, olga, NOON))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_tagchange SET is_set = false")


def test_rule_keeps_its_tag_up_to_date_and_says_what_changed():
    gold = make_customer("gold", level="gold")
    make_customer("silver", level="silver")
    tag = make_tag(rule=all_of(is_("level", "gold")))
    assert apply_rule(tag.pk, at=NOON) == (1, 0)
    assert apply_rule(tag.pk, at=NOON) == (0, 0)
    Customer.objects.filter(pk=gold.pk).update(level="")
    Customer.objects.filter(code="silver").update(level="gold")
    assert apply_rule(tag.pk, at=LATER) == (1, 1)
    assert carriers(tag) == {"silver"}
    assert history(tag) == [
        ("gold", True, "rule", None, NOON),
        ("gold", False, "rule", None, LATER),
        ("silver", True, "rule", None, LATER),
    ]
    assert Tag.objects.get(pk=tag.pk).rule_ran_at == LATER


def test_rule_alone_keeps_its_tag(olga):
    tag = make_tag(rule=all_of(is_("phone_verified")))
    for change in (put_on, take_off):
        with pytest.raises(KeptByRule):
            change(tag.pk, [make_customer().pk], Setter(TagSource.HAND, olga, NOON))


def test_tags_by_hand_of_one_customer_leave_those_of_rules_alone(olga):
    ann = make_customer("ann", level="gold")
    kept = make_tag(rule=all_of(is_("level", "gold")))
    apply_rule(kept.pk, at=NOON)
    old, new = make_tag("old", ann), make_tag("new")
    assert set_tags_of(ann.pk, [new.pk], Setter(TagSource.HAND, olga, NOON)) == 2
    assert {row.tag for row in ann.tags.all()} == {kept, new}
    assert carriers(old) == set()


def test_rule_never_asks_for_its_own_outcome(olga):
    tag = make_tag("loop")
    other = make_tag("other", rule=all_of(is_("tag", "loop")))
    segment = make_segment(all_of(is_("tag", other.code)))
    tag.rule = {"none": [is_("segment", str(segment.pk))]}
    with pytest.raises(Refusal) as refusal:
        save_tag(tag, by=olga, at=NOON)
    assert "leads back to itself" in str(refusal.value)


def test_timer_applies_what_is_due_the_longest_waiting_first(settings, monkeypatch):
    settings.TAG_RULES_MINUTES = 60
    fresh = make_tag("fresh", rule=all_of(is_("phone_verified")), rule_ran_at=NOON)
    old = make_tag("old", rule=all_of(is_("phone_verified")), rule_ran_at=NOON - timedelta(hours=2))
    never = make_tag("never", rule=all_of(is_("phone_verified")))
    broken = make_tag("broken", rule=all_of(is_("segment", "7")))
    make_tag("by hand")
    assert rules_due(before=NOON - timedelta(hours=1)) == [never.pk, broken.pk, old.pk]
    make_customer("ann", phone_verified_at=NOON)
    monkeypatch.setattr(tasks, "database_now", lambda: NOON)
    tasks.apply_tag_rules()
    assert [carriers(tag) for tag in (fresh, old, never, broken)] == [set(), {"ann"}, {"ann"}, set()]
