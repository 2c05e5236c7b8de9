"""Putting tags on customers and taking them off: set-based, with one line of history for each change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.db.models import F

from campaigns.audience.tree import load_tree
from campaigns.commands.segments import one_at_a_time
from campaigns.models import CustomerTag, Tag, TagSource
from campaigns.selectors.audience import Aim, customers_matching
from campaigns.selectors.segments import check_known, check_no_circle, spelt_out
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.transactions import command, locking

PUT_ON = """
WITH put AS (
    INSERT INTO campaigns_customertag (tag_id, customer_id, source, by_id, at)
    SELECT %(tag)s, meant.id, %(source)s, %(by)s, %(at)s FROM ({meant}) AS meant (id) ORDER BY meant.id
    ON CONFLICT DO NOTHING RETURNING customer_id
)
INSERT INTO campaigns_tagchange (tag_id, customer_id, is_set, source, by_id, at)
SELECT %(tag)s, customer_id, true, %(source)s, %(by)s, %(at)s FROM put
"""
TAKE_OFF = """
WITH taken AS (
    DELETE FROM campaigns_customertag AS carried WHERE tag_id = %(tag)s AND {which} RETURNING customer_id
)
INSERT INTO campaigns_tagchange (tag_id, customer_id, is_set, source, by_id, at)
SELECT %(tag)s, customer_id, false, %(source)s, %(by)s, %(at)s FROM taken
"""
NO_LONGER_MEANT = "NOT EXISTS (SELECT 1 FROM meant WHERE meant.id = carried.customer_id)"
NEWLY_MEANT = "SELECT id FROM meant EXCEPT SELECT customer_id FROM campaigns_customertag WHERE tag_id = %(tag)s"
THESE = "SELECT unnest(%(customers)s::bigint[])"


class KeptByRule(Refusal):
    """A tag with a rule is kept by it alone."""


@dataclass(frozen=True, slots=True)
class Setter:
    """Who changes tags, by which way, when; `by` is None for a rule."""

    source: str
    by: AbstractBaseUser | None
    at: datetime

    @property
    def columns(self) -> dict[str, object]:
        return {"source": self.source, "by": self.by.pk if self.by else None, "at": self.at}


@command
def put_on(tag_id: int, customer_ids: Collection[int], setter: Setter) -> int:
    """Tag these customers; return how many did not carry it before. Raises KeptByRule."""
    tag = _locked(tag_id, by_people=True)
    return _changed(tag, _run(PUT_ON.format(meant=THESE), tag, setter, customers=list(customer_ids)), setter)


@command
def take_off(tag_id: int, customer_ids: Collection[int], setter: Setter) -> int:
    """Take a tag off these customers; return how many carried it. Raises KeptByRule."""
    tag = _locked(tag_id, by_people=True)
    sql = TAKE_OFF.format(which=f"customer_id IN ({THESE})")
    return _changed(tag, _run(sql, tag, setter, customers=list(customer_ids)), setter)


@command
def tag_customers(customers_by_tag: Mapping[int, Collection[int]], setter: Setter, *, put: bool) -> int:
    """Put several tags on customers, or take them off, all together or not at all; return how many changed."""
    change = put_on if put else take_off
    return sum(change(tag_id, customers_by_tag[tag_id], setter) for tag_id in sorted(customers_by_tag))


@command
def set_tags_of(customer_id: int, tag_ids: Collection[int], setter: Setter) -> int:
    """Make the tags that people keep of one customer exactly these; return how many changed. Raises KeptByRule."""
    kept = CustomerTag.objects.filter(customer=customer_id, tag__rule={})
    present, wanted = set(kept.values_list("tag", flat=True)), set(tag_ids)
    put = tag_customers(dict.fromkeys(wanted - present, [customer_id]), setter, put=True)
    return put + tag_customers(dict.fromkeys(present - wanted, [customer_id]), setter, put=False)


@command
def apply_rule(tag_id: int, *, at: datetime) -> tuple[int, int]:
    """Make the carriers of a tag those whom its rule means now; return how many were added and removed.

    Nothing happens for a tag without a rule. Raises WrongAudience where the rule cannot be used any more.
    """
    tag, setter = _locked(tag_id, by_people=False), Setter(TagSource.RULE, None, at)
    if not tag.rule:
        return 0, 0
    meant = customers_matching(Aim(tree=spelt_out(load_tree(tag.rule))), at=at).order_by().values_list("pk")
    with connection.cursor() as cursor:
        # One look at the customers for both steps: what changes meanwhile is left to the next run.
        sql, params = meant.query.sql_with_params()
        cursor.execute(f"CREATE TEMPORARY TABLE meant (id) ON COMMIT DROP AS {sql}", params)
        cursor.execute("ANALYZE meant")
    removed = _run(TAKE_OFF.format(which=NO_LONGER_MEANT), tag, setter)
    added = _run(PUT_ON.format(meant=NEWLY_MEANT), tag, setter)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE meant")
    Tag.objects.filter(pk=tag.pk).update(rule_ran_at=at)
    _changed(tag, added + removed, setter)
    return added, removed


@command
def save_tag(tag: Tag, *, by: AbstractBaseUser, at: datetime) -> Tag:
    """Store a tag; its first author owns it. Raises WrongAudience for a rule that would come to ask for its outcome."""
    one_at_a_time()
    tree = load_tree(tag.rule)
    check_known(tree)
    check_no_circle(tree, tag=tag)
    if tag.pk is None:
        tag.owner, tag.created_at = by, at
    tag.save()
    return tag


def rules_due(*, before: datetime) -> list[int]:
    """Return the tags whose rule has not run since, the longest waiting first."""
    waiting = Tag.objects.exclude(rule={}).exclude(rule_ran_at__gte=before)
    return list(waiting.order_by(F("rule_ran_at").asc(nulls_first=True), "pk").values_list("pk", flat=True))


def _locked(tag_id: int, *, by_people: bool) -> Tag:
    locking("tag")
    tag = Tag.objects.select_for_update(no_key=True).get(pk=tag_id)
    if by_people and tag.rule:
        text = N_("The tag “%(tag)s” is kept by its rule: change the rule, or take another tag.")
        raise KeptByRule(text, field="tag", tag=tag.local_name)
    return tag


def _run(sql: str, tag: Tag, setter: Setter, **values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tag": tag.pk, **setter.columns, **values})
        return cursor.rowcount


def _changed(tag: Tag, rows: int, setter: Setter) -> int:
    if rows:
        Tag.objects.filter(pk=tag.pk).update(changed_at=setter.at)
    return rows
