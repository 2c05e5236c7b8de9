"""Which campaigns are in the list: narrowed by kind, owner, author, period and goods, and found by what is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign, CampaignRevision, CampaignScope, CampaignSku
from campaigns.selectors.shown import shown_revisions
from pricing.models import Sku

PLATFORM = "platform"
LARGEST_ID = 2**63 - 1
LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list is narrowed to. `owner` is the id of a shop or PLATFORM; a period touches [since, until)."""

    kind: str = ""
    owner: str = ""
    author: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    sku: str = ""


def narrowed(campaigns: QuerySet[Campaign], to: Narrowed) -> QuerySet[Campaign]:
    """Return those that fit everything asked for; a SKU code that nobody has fits nothing."""
    if to.owner:
        campaigns = campaigns.filter(shop=None if to.owner == PLATFORM else int(to.owner))
    if to.author is not None:
        campaigns = campaigns.filter(created_by=to.author)
    asked: Mapping[str, Any] = {
        "benefit_code": to.kind,
        "ends_at__gt": to.since,
        "starts_at__lt": to.until,
    }
    wanted = {name: value for name, value in asked.items() if value}
    if wanted:
        campaigns = campaigns.filter(_shown(Q(**wanted)))
    if to.sku:
        sku = sku_called(to.sku)
        campaigns = campaigns.filter(_shown(takes(sku))) if sku else campaigns.none()
    return campaigns


def found_by(campaigns: QuerySet[Campaign], typed: str) -> QuerySet[Campaign]:
    """Return those with all these words in a name, with this number, or that take the SKU with this code.

    Of a text as long as a page only the beginning is looked for.
    """
    typed = typed.strip()[:LONGEST_SEARCH]
    if not typed:
        return campaigns
    revisions = CampaignRevision.objects.filter(campaign=OuterRef("pk"))
    for word in typed.split():
        revisions = revisions.filter(Q(name__icontains=word) | Q(name_zh__icontains=word))
    found = Q(Exists(revisions))
    number = typed.removeprefix("campaign:")
    if number.isascii() and number.isdigit() and len(number) < 20 and int(number) <= LARGEST_ID:
        found |= Q(pk=int(number))
    if sku := sku_called(typed):
        found |= _shown(takes(sku))
    return campaigns.filter(found)


def sku_called(code: str) -> Sku | None:
    """Return the SKU with this code, whatever its capitals."""
    return Sku.objects.select_related("product__category").filter(code__iexact=code.strip()).first()


def takes(sku: Sku) -> Q:
    """Return what selects the revisions that a SKU takes part in, as `skus_taken_by` decides it the other way round.

    Goods that a rule itself names to be got are not looked at.
    """
    product = sku.product
    if product.never_discounted or not (sku.is_active and product.is_active):
        return Q(pk__in=[])
    lineage = [row.pk for row in product.category.lineage]
    meant = Q(shop=product.shop_id) | Q(category__in=lineage) | Q(product=product) | Q(kind=product.kind)
    scopes = CampaignScope.objects.filter(meant, revision=OuterRef("pk"))
    rows = CampaignSku.objects.filter(revision=OuterRef("pk"), sku=sku)
    included = Q(everything=True) | Exists(scopes.filter(excluded=False)) | Exists(rows.filter(excluded=False))
    left_out = Exists(scopes.filter(excluded=True)) | Exists(rows.filter(excluded=True))
    own = Q(campaign__shop=None) | Q(campaign__shop=product.shop_id)
    from_least = Q(least_list_cents=None) | Q(least_list_cents__lte=sku.list_cents)
    to_most = Q(most_list_cents=None) | Q(most_list_cents__gte=sku.list_cents)
    return included & ~left_out & own & from_least & to_most


def _shown(what: Q) -> Q:
    return Q(Exists(shown_revisions().filter(what, campaign=OuterRef("pk"))))
