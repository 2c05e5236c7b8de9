"""Rows that audiences ask about: tags, lists, segments, and campaigns for somebody."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from campaigns.models import (
    CampaignRevision,
    Customer,
    CustomerList,
    CustomerTag,
    ListMember,
    MemberLevel,
    Segment,
    Tag,
    TagCategory,
    TagSource,
)
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_revision, make_user

_numbers = count(1)


def is_(code: str, *values: str) -> dict[str, Any]:
    """One condition as it is stored."""
    return {"is": code, "of": list(values)}


def all_of(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(parts)}


def make_level(code: str, name: str | None = None, name_zh: str = "", rank: int = 0) -> MemberLevel:
    return MemberLevel.objects.create(code=code, name=name or code.title(), name_zh=name_zh, rank=rank)


def make_tag(code: str | None = None, *customers: Customer, **fields: Any) -> Tag:
    """A tag that these customers carry, set by hand."""
    code = code or f"tag-{next(_numbers)}"
    category = fields.pop("category", None) or TagCategory.objects.get_or_create(name="Habits")[0]
    named = {"code": code, "name": code.title(), "meaning": "what it says", "created_at": LONG_AGO}
    tag = Tag.objects.create(**named | fields, category=category)
    by = make_user() if customers else None
    CustomerTag.objects.bulk_create(
        CustomerTag(tag=tag, customer=customer, source=TagSource.HAND, by=by, at=LONG_AGO) for customer in customers
    )
    return tag


def make_list(*customers: Customer, name: str | None = None) -> CustomerList:
    name = name or f"List {next(_numbers)}"
    made = CustomerList.objects.create(name=name, size=len(customers), imported_by=make_user(), imported_at=LONG_AGO)
    ListMember.objects.bulk_create(ListMember(list=made, customer=customer) for customer in customers)
    return made


def make_segment(tree: dict[str, Any], name: str | None = None, **fields: Any) -> Segment:
    name = name or f"Segment {next(_numbers)}"
    defaults = {"owner": make_user(), "created_at": LONG_AGO, "changed_at": LONG_AGO}
    return Segment.objects.create(name=name, tree=tree, **defaults | fields)


def make_aimed(audience: dict[str, Any] | None = None, **fields: Any) -> CampaignRevision:
    """A draft for somebody only; see make_revision for what may be given."""
    return make_revision(audience=audience or {}, **fields)


def codes_of(customers: Iterable[Customer]) -> set[str]:
    return {customer.code for customer in customers}
