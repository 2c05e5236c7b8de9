"""Conditions on what stands in the customer's own row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.audience.conditions import Condition, customer_condition, number_in, some, the_one
from campaigns.audience.names import Names, either
from campaigns.audience.person import Person

LONGEST_DAYS = 36_500
AT_LEAST, AT_MOST = "at_least", "at_most"


@customer_condition("level", _("Member level"))
@dataclass(frozen=True, slots=True)
class Level(Condition):
    """The member level is one of these codes."""

    levels: frozenset[str]

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls(some(values))

    @property
    def values(self) -> list[str]:
        return sorted(self.levels)

    def holds(self, person: Person) -> bool:
        return person.level in self.levels

    def matching(self, at: datetime) -> Q:
        return Q(level__in=self.values)

    def words(self, names: Names) -> str:
        return gettext("member level %(levels)s") % {"levels": self._named(names)}

    def denied(self, names: Names) -> str:
        return gettext("of another member level than %(levels)s") % {"levels": self._named(names)}

    def public(self, names: Names) -> str:
        return gettext("For %(levels)s members only") % {"levels": self._named(names)}

    def _named(self, names: Names) -> str:
        return either(names.levels.get(code, code) for code in self.values)


@customer_condition("region", _("Region they live in"))
@dataclass(frozen=True, slots=True)
class Region(Condition):
    """The customer's own region is one of these; where goods go is another matter."""

    regions: frozenset[str]

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls(some([part for value in values for part in value.replace("，", ",").replace("、", ",").split(",")]))

    @property
    def values(self) -> list[str]:
        return sorted(self.regions)

    def holds(self, person: Person) -> bool:
        return person.region in self.regions

    def matching(self, at: datetime) -> Q:
        return Q(region__in=self.values)

    def words(self, names: Names) -> str:
        return gettext("lives in %(regions)s") % {"regions": either(self.values)}

    def denied(self, names: Names) -> str:
        return gettext("does not live in %(regions)s") % {"regions": either(self.values)}

    def public(self, names: Names) -> str:
        return gettext("For customers in %(regions)s only") % {"regions": either(self.values)}


@customer_condition("nth_order", _("Number of the next order"))
@dataclass(frozen=True, slots=True)
class NextOrder(Condition):
    """The next order would be this number; placed orders count, cancelled ones do not."""

    DECIDED_AT_ORDER = True
    number: int

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls(number_in(the_one(values), least=1, most=1_000_000))

    @property
    def values(self) -> list[str]:
        return [str(self.number)]

    def holds(self, person: Person) -> bool:
        return person.orders_placed + 1 == self.number

    def matching(self, at: datetime) -> Q:
        return Q(orders_placed=self.number - 1)

    def words(self, names: Names) -> str:
        return gettext("the next order is number %(number)s") % {"number": self.number}

    def denied(self, names: Names) -> str:
        return gettext("the next order is not number %(number)s") % {"number": self.number}

    def public(self, names: Names) -> str:
        return gettext("For order number %(number)s only") % {"number": self.number}


@customer_condition("registered", _("Registered for"))
@dataclass(frozen=True, slots=True)
class Registered(Condition):
    """Registered at least, or at most, so many times 24 hours ago; both include the moment itself."""

    bound: str
    days: int

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        bound = values[0] if values and values[0] in (AT_LEAST, AT_MOST) else AT_LEAST
        rest = [value for value in values if value not in (AT_LEAST, AT_MOST)]
        return cls(bound, number_in(the_one(rest), least=0, most=LONGEST_DAYS))

    @property
    def values(self) -> list[str]:
        return [self.bound, str(self.days)]

    def holds(self, person: Person) -> bool:
        limit = person.at - timedelta(days=self.days)
        return person.registered_at <= limit if self.bound == AT_LEAST else person.registered_at >= limit

    def matching(self, at: datetime) -> Q:
        limit = at - timedelta(days=self.days)
        return Q(registered_at__lte=limit) if self.bound == AT_LEAST else Q(registered_at__gte=limit)

    def words(self, names: Names) -> str:
        if self.bound == AT_LEAST:
            text = ngettext("registered for at least %(days)s day", "registered for at least %(days)s days", self.days)
        else:
            text = ngettext("registered for at most %(days)s day", "registered for at most %(days)s days", self.days)
        return text % {"days": self.days}

    def denied(self, names: Names) -> str:
        if self.bound == AT_LEAST:
            text = ngettext(
                "registered for less than %(days)s day", "registered for less than %(days)s days", self.days
            )
        else:
            text = ngettext(
                "registered for more than %(days)s day", "registered for more than %(days)s days", self.days
            )
        return text % {"days": self.days}

    def public(self, names: Names) -> str:
        return gettext("For customers who are %(condition)s only") % {"condition": self.words(names)}


@customer_condition("phone_verified", _("Phone verified"))
@dataclass(frozen=True, slots=True)
class PhoneVerified(Condition):
    """The customer has shown that the phone is theirs."""

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        return cls()

    @property
    def values(self) -> list[str]:
        return []

    def holds(self, person: Person) -> bool:
        return person.phone_verified

    def matching(self, at: datetime) -> Q:
        return Q(phone_verified_at__isnull=False)

    def words(self, names: Names) -> str:
        return gettext("phone number verified")

    def denied(self, names: Names) -> str:
        return gettext("phone number not verified")

    def public(self, names: Names) -> str:
        return gettext("For customers with a verified phone number only")
