"""Conditions on tags, lists, segments and former purchases: what other rows say about a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.audience.conditions import Condition, customer_condition, number_in, some, the_one
from campaigns.audience.names import Names, either
from campaigns.audience.person import Person
from campaigns.models import CustomerTag, ListMember
from campaigns.sources import ask

if TYPE_CHECKING:
    from campaigns.audience.tree import Group

HIGHEST_KEY = 999_999_999
ANYWHERE = "platform"


@customer_condition("new", _("New customer"))
@dataclass(frozen=True, slots=True)
class New(Condition):
    """No paid order before this one: anywhere (`shop` is empty), or at one shop. Orders as a guest count too."""

    ASKS = frozenset({"bought_at"})
    DECIDED_AT_ORDER = True
    shop: str = ""

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        shop = the_one(values)
        return cls("" if shop == ANYWHERE else shop)

    @property
    def values(self) -> list[str]:
        return [self.shop or ANYWHERE]

    def holds(self, person: Person) -> bool:
        return self.shop not in person.bought_at if self.shop else not person.bought_at

    def matching(self, at: datetime) -> Q:
        return ask("never_bought", self.shop, default=Q())

    def words(self, names: Names) -> str:
        if not self.shop:
            return gettext("has not bought here yet")
        return gettext("has not bought at %(shop)s yet") % {"shop": names.shops.get(self.shop, self.shop)}

    def denied(self, names: Names) -> str:
        if not self.shop:
            return gettext("has bought here before")
        return gettext("has bought at %(shop)s before") % {"shop": names.shops.get(self.shop, self.shop)}

    def public(self, names: Names) -> str:
        if not self.shop:
            return gettext("For new customers only")
        return gettext("For new customers of %(shop)s only") % {"shop": names.shops.get(self.shop, self.shop)}


@customer_condition("tag", _("Tag"))
@dataclass(frozen=True, slots=True)
class Tagged(Condition):
    """The customer has at least one of these tags, by code."""

    ASKS = frozenset({"tags"})
    tags: frozenset[str]

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls(some(values))

    @property
    def values(self) -> list[str]:
        return sorted(self.tags)

    def holds(self, person: Person) -> bool:
        return not self.tags.isdisjoint(person.tags)

    def matching(self, at: datetime) -> Q:
        return Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__code__in=self.values)))

    def words(self, names: Names) -> str:
        return gettext("tagged %(tags)s") % {"tags": self._named(names)}

    def denied(self, names: Names) -> str:
        return gettext("not tagged %(tags)s") % {"tags": self._named(names)}

    def _named(self, names: Names) -> str:
        return either(f"“{names.tags.get(code, code)}”" for code in self.values)


@customer_condition("list", _("Imported list"))
@dataclass(frozen=True, slots=True)
class OnList(Condition):
    """The customer stands on an imported list."""

    ASKS = frozenset({"lists"})
    number: int

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls(number_in(the_one(values), least=1, most=HIGHEST_KEY))

    @property
    def values(self) -> list[str]:
        return [str(self.number)]

    def holds(self, person: Person) -> bool:
        return self.number in person.lists

    def matching(self, at: datetime) -> Q:
        return Q(Exists(ListMember.objects.filter(customer=OuterRef("pk"), list=self.number)))

    def words(self, names: Names) -> str:
        return gettext("on the list “%(name)s”") % {"name": names.lists.get(str(self.number), self.number)}

    def denied(self, names: Names) -> str:
        return gettext("not on the list “%(name)s”") % {"name": names.lists.get(str(self.number), self.number)}


@customer_condition("segment", _("Segment"))
@dataclass(frozen=True, slots=True)
class InSegment(Condition):
    """The customer belongs to a segment; `means` is what it said when this was written down, None = not looked up."""

    number: int
    means: "Group | None" = None

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls(number_in(the_one(values), least=1, most=HIGHEST_KEY))

    @property
    def values(self) -> list[str]:
        return [str(self.number)]

    @property
    def meaning(self) -> "Group":
        if self.means is None:
            raise ValueError(f"segment {self.number} has not been looked up")
        return self.means

    def holds(self, person: Person) -> bool:
        return self.meaning.holds(person)

    def matching(self, at: datetime) -> Q:
        return self.meaning.matching(at)

    def words(self, names: Names) -> str:
        return gettext("in the segment “%(name)s”") % {"name": names.segments.get(str(self.number), self.number)}

    def denied(self, names: Names) -> str:
        return gettext("not in the segment “%(name)s”") % {"name": names.segments.get(str(self.number), self.number)}
