"""The current book of offers: compiled once per book number and process, shared by all threads."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from campaigns.offers import offer_of
from campaigns.selectors.audience import aim_of
from campaigns.selectors.running import revisions_in_book
from coupons.models import CouponTemplateRevision
from coupons.offers import template_offers
from pricing.clock import database_now
from pricing.engine.book import compile_book
from pricing.selectors.book import book_number
from storefront.as_if import page_as_if
from storefront.priced import BookPage

# A few, because for a moment processes still ask for the number before; every number has one content forever.
PAGES_KEPT = 3

_pages: "OrderedDict[int, BookPage]" = OrderedDict()
_compiling = Lock()


def current_book(*, at: datetime) -> BookPage:
    """Return the compiled book. One query, unless the number is new to this process; with the draft of a preview.

    Periods are judged by the engine at every quote, so a compiled book never goes stale by the clock.
    """
    number = book_number()
    if not number:  # nothing was ever approved, or only by hand: nothing to keep
        return page_as_if(_compile(number, at))
    return page_as_if(_pages.get(number) or _compile_once(number, at))


def _compile_once(number: int, at: datetime) -> BookPage:
    with _compiling:
        page = _pages.get(number)
        if page is None:
            # A moment to come (staff may look ahead) would leave out what ends before it, for everybody.
            page = _pages[number] = _compile(number, min(at, database_now()))
            while len(_pages) > PAGES_KEPT:
                _pages.popitem(last=False)
    return page


def _compile(number: int, at: datetime) -> BookPage:
    campaigns = {revision.campaign.offer_id: revision for revision in revisions_in_book(at)}
    templates = template_offers(at=at)
    revision_ids = [int(offer.id.partition(":")[2]) for offer in templates]
    return BookPage(
        number=number,
        book=compile_book([*map(offer_of, campaigns.values()), *templates]),
        campaigns=campaigns,
        aims={
            offer: aim for offer, row in campaigns.items() if (aim := aim_of(row, shop=row.campaign.shop)) is not None
        },
        templates={row.offer_id: row for row in CouponTemplateRevision.objects.filter(pk__in=revision_ids)},
    )
