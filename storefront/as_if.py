"""One draft as if it were approved, while staff preview the shop: in the book, in what is left, on its own page.

Everything else that a page depends on comes in its arguments. This does not: it would be one more argument of every
function between a view and the engine, for the sake of a preview. It is set for the length of one request by the
middleware of the preview alone, and asked where offers and counts are read (`book_pages`, `facts`) and where pages
read campaigns themselves.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime

from campaigns.models import CampaignRevision, Customer, ReviewState
from campaigns.offers import offer_of
from campaigns.selectors.audience import aim_of
from campaigns.selectors.if_approved import left_if_approved
from campaigns.selectors.named_skus import with_named_skus
from campaigns.selectors.running import with_offer_parts
from pricing.engine.book import compile_book
from pricing.engine.facts import Facts
from pricing.engine.offer import Offer
from storefront.priced import BookPage

OPEN = (ReviewState.DRAFT, ReviewState.IN_REVIEW)


@dataclass(slots=True)
class _Look:
    """What one request looks at; its page of the book is compiled once."""

    draft: CampaignRevision | None = None
    pages: dict[int, BookPage] = field(default_factory=dict)


_look: ContextVar[_Look | None] = ContextVar("draft_as_if_approved", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """The length of what `look_at` does: nothing of it outlives this."""
    token = _look.set(_Look())
    try:
        yield
    finally:
        _look.reset(token)


def look_at(draft: CampaignRevision | None) -> None:
    """From now on, to the end of the request, a draft counts as approved."""
    if (look := _look.get()) is not None:
        look.draft = draft


def draft_looked_at() -> CampaignRevision | None:
    """Return the draft that counts as approved in this request."""
    look = _look.get()
    return look.draft if look else None


def open_draft(pk: int) -> CampaignRevision | None:
    """Return a draft, or what is in review, with all that `offer_of` reads; None once it has been decided about."""
    found = with_offer_parts(CampaignRevision.objects.filter(pk=pk, review__in=OPEN))
    return next(iter(with_named_skus(found)), None)


def page_as_if(page: BookPage) -> BookPage:
    """Return the page of the book with the draft in it. Raises WrongParams for a draft whose rule is not whole."""
    look = _look.get()
    if look is None or look.draft is None:
        return page
    if page.number not in look.pages:
        look.pages[page.number] = page_with(page, look.draft, page.book.offers.values())
    return look.pages[page.number]


def page_with(page: BookPage, draft: CampaignRevision, offers: Iterable[Offer]) -> BookPage:
    """Return a page of these offers, with the draft in the place of what its campaign has in force.

    The shared page stays as it is. Raises WrongParams.
    """
    offer, aims = offer_of(draft), {name: aim for name, aim in page.aims.items() if name != draft.campaign.offer_id}
    if (aim := aim_of(draft, shop=draft.campaign.shop)) is not None:
        aims[offer.id] = aim
    others = [found for found in offers if found.id != offer.id]
    campaigns = {**page.campaigns, offer.id: draft}
    return replace(page, book=compile_book([*others, offer]), campaigns=campaigns, aims=aims)


def facts_as_if(facts: Facts, *, skus: Collection[str], customer: Customer | None, at: datetime) -> Facts:
    """Return the facts with what the draft would have left of the SKUs with these codes."""
    draft = draft_looked_at()
    return facts if draft is None else facts_with(facts, draft, skus=skus, customer=customer, at=at)


def facts_with(
    facts: Facts, draft: CampaignRevision, *, skus: Collection[str], customer: Customer | None, at: datetime
) -> Facts:
    """Return the facts with what a draft would have left, instead of what its campaign has left now."""
    offer, left = draft.campaign.offer_id, left_if_approved(draft, skus=skus, customer=customer, at=at)
    return replace(
        facts,
        units_left={key: units for key, units in facts.units_left.items() if key[0] != offer} | left.units_left,
        sku_uses_left={key: uses for key, uses in facts.sku_uses_left.items() if key[0] != offer} | left.sku_uses_left,
        uses_left={**facts.uses_left, **left.uses_left},
        budget_left_cents={**facts.budget_left_cents, **left.budget_left_cents},
        gifts_left={key: units for key, units in facts.gifts_left.items() if key[0] != offer} | left.gifts_left,
    )


def running_as_if(running: list[CampaignRevision], at: datetime) -> list[CampaignRevision]:
    """Return what runs at a moment, the most important first, with the draft if it would run then."""
    draft = draft_looked_at()
    if draft is None:
        return running
    others = [revision for revision in running if revision.campaign_id != draft.campaign_id]
    found = [*others, draft] if draft.starts_at <= at < draft.ends_at else others
    return sorted(found, key=lambda revision: (-revision.priority, revision.campaign_id))


def announced_as_if(announced: list[CampaignRevision], at: datetime) -> list[CampaignRevision]:
    """Return what is announced at a moment, the nearest start first, with the draft if it would be announced then."""
    draft = draft_looked_at()
    if draft is None:
        return announced
    others = [revision for revision in announced if revision.campaign_id != draft.campaign_id]
    is_announced = draft.warm_up_at is not None and draft.warm_up_at <= at < draft.starts_at
    found = [*others, draft] if is_announced else others
    return sorted(found, key=lambda revision: (revision.starts_at, revision.campaign_id))
