"""Who belongs to an audience: one customer at a quote, and all customers at once. Both ask the same tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.audience.about_groups import New
from campaigns.audience.conditions import Condition
from campaigns.audience.person import Person
from campaigns.audience.tree import Group, all_conditions, load_tree
from campaigns.models import Aimed, CampaignRevision, Customer, FrozenAudience, FrozenMember, NewTo, ReviewState
from campaigns.sources import ask
from pricing.engine.money import WHOLE_BP, portion
from pricing.models import Shop


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom an offer is for: conditions that are decided now (`tree`, `new`), and members frozen before under a key."""

    tree: Group | None = None
    new: New | None = None
    frozen_key: str = ""

    @property
    def asks(self) -> frozenset[str]:
        """The facts of a person that cost a query."""
        conditions: list[Condition] = [*all_conditions(self.tree), *([self.new] if self.new else [])]
        return frozenset().union(*(condition.ASKS for condition in conditions))

    def holds(self, person: Person, frozen_keys: frozenset[str]) -> bool:
        return (
            (not self.frozen_key or self.frozen_key in frozen_keys)
            and (self.tree is None or self.tree.holds(person))
            and (self.new is None or self.new.holds(person))
        )

    def matching(self, at: datetime) -> Q:
        """Return what selects the customers who belong."""
        found = Q()
        if self.frozen_key:
            found &= Q(Exists(FrozenMember.objects.filter(customer=OuterRef("pk"), audience__key=self.frozen_key)))
        for part in filter(None, (self.tree, self.new)):
            found &= part.matching(at)
        return found


def aim_of(aimed: Aimed, *, shop: Shop | None) -> Aim | None:
    """Return whom a revision is for; None = everyone. `shop` owns it. Raises WrongAudience. No query.

    What is not approved yet is judged live, as it would be frozen now.
    """
    if not aimed.has_audience:
        return None
    tree = load_tree(aimed.audience)
    is_frozen = tree is not None and aimed.audience_frozen and aimed.review == ReviewState.APPROVED
    return Aim(
        tree=None if is_frozen else tree,
        new=new_condition(aimed.new_to, shop),
        frozen_key=aimed.audience_key if is_frozen else "",
    )


def new_condition(new_to: str, shop: Shop | None) -> New | None:
    """Return the condition that only new customers meet: of the site, or of the shop that owns the offer."""
    if new_to == NewTo.ANYBODY:
        return None
    return New(shop.code if new_to == NewTo.SHOP and shop else "")


def audiences_of(aims: Mapping[str, Aim], *, customer: Customer | None, at: datetime) -> frozenset[str]:
    """Return the names of those audiences that the customer belongs to; a guest belongs to none.

    Four queries at most, however many audiences: tags, lists, former purchases, frozen audiences.
    """
    if customer is None or not aims:
        return frozenset()
    person = person_of(customer, asks=frozenset().union(*(aim.asks for aim in aims.values())), at=at)
    frozen = _frozen_keys(customer, [aim.frozen_key for aim in aims.values() if aim.frozen_key])
    return frozenset(name for name, aim in aims.items() if aim.holds(person, frozen))


def person_of(customer: Customer, *, asks: frozenset[str], at: datetime) -> Person:
    """Return what is known of a customer; `asks` names the facts worth a query: tags, lists, bought_at."""
    lists = customer.lists.values_list("list", flat=True) if "lists" in asks else ()
    return Person(
        at=at,
        level=customer.level,
        region=customer.region,
        orders_placed=customer.orders_placed,
        registered_at=customer.registered_at,
        phone_verified=customer.phone_verified_at is not None,
        tags=tags_of(customer) if "tags" in asks else frozenset(),
        lists=frozenset(lists),
        bought_at=ask("bought_at", customer, default=frozenset()) if "bought_at" in asks else frozenset(),
    )


def tags_of(customer: Customer) -> frozenset[str]:
    """Return the codes of the tags that a customer carries. One query."""
    return frozenset(customer.tags.order_by().values_list("tag__code", flat=True))


def customers_of(revision: CampaignRevision, *, at: datetime) -> QuerySet[Customer]:
    """Return the customers for whom a campaign's revision is meant at this moment; everyone where nobody is left out.

    Exactly those for whom `audiences_of` says yes. Raises WrongAudience.
    """
    return customers_matching(aim_of(revision, shop=revision.campaign.shop), at=at)


def customers_matching(aim: Aim | None, *, at: datetime) -> QuerySet[Customer]:
    """Return the customers who belong to an audience, None being everyone."""
    return Customer.objects.filter(aim.matching(at)) if aim else Customer.objects.all()


@dataclass(frozen=True, slots=True)
class Reach:
    """How many customers belong to an audience, of how many."""

    count: int
    total: int

    @property
    def share_bp(self) -> int:
        return portion(self.count, WHOLE_BP, of_bp=self.total) if self.total else 0


def reach_of(aim: Aim | None, *, at: datetime) -> Reach:
    """Count the customers who belong at this moment. Two queries."""
    total = Customer.objects.count()
    return Reach(customers_matching(aim, at=at).count() if aim else total, total)


def frozen_audience(aimed: Aimed) -> FrozenAudience | None:
    """Return the size and age of a revision's frozen audience, if it has one."""
    return FrozenAudience.objects.filter(key=aimed.audience_key).first() if aimed.audience_frozen else None


def _frozen_keys(customer: Customer, keys: Iterable[str]) -> frozenset[str]:
    keys = list(keys)
    if not keys:
        return frozenset()
    mine = FrozenMember.objects.filter(customer=customer, audience__key__in=keys)
    return frozenset(mine.values_list("audience__key", flat=True))
