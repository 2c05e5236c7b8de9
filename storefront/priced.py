"""What quoting hands on: the book with the rows behind it, and a quote with everything needed to show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from campaigns.models import CampaignRevision
from campaigns.selectors.audience import Aim
from coupons.models import CouponTemplateRevision
from pricing.engine.book import Book
from pricing.engine.cart import Cart
from pricing.engine.choices import Choices
from pricing.engine.deciding import Mode
from pricing.engine.facts import Facts
from pricing.engine.messages import Message
from pricing.engine.quote import Quote

FEW = 5  # so many pieces left are worth a word


@dataclass(frozen=True, slots=True)
class BookPage:
    """The offers of one book number, compiled, the revisions they were made of and whom they are for, by offer id.

    Shared by all requests of the process: nobody changes it.
    """

    number: int
    book: Book
    campaigns: Mapping[str, CampaignRevision]
    templates: Mapping[str, CouponTemplateRevision]
    aims: Mapping[str, Aim] = field(default_factory=dict)

    @property
    def mode(self) -> Mode:
        """How the site chooses where not all offers can apply: what saves most, or by the operators' priority."""
        return settings.PRICING_MODE

    def revision_of(self, offer: str) -> CampaignRevision | CouponTemplateRevision | None:
        return self.campaigns.get(offer) or self.templates.get(offer)

    def name_of(self, offer: str) -> str:
        """Return the offer's name in the language of the reader."""
        revision = self.revision_of(offer)
        return revision.local_name if revision else offer

    def campaign_id_of(self, offer: str) -> int | None:
        revision = self.campaigns.get(offer)
        return revision.campaign_id if revision else None


@dataclass(frozen=True, slots=True)
class Priced:
    """One quote and what it was made of; line keys of `cart` are the primary keys of the SKUs.

    `short`: the pieces left, by SKU code, of what could not be priced because more was asked for.
    """

    cart: Cart
    page: BookPage
    facts: Facts
    choices: Choices
    quote: Quote
    short: Mapping[str, int] = field(default_factory=dict)

    def is_public(self, offer: str) -> bool:
        """Whether shoppers may hear of an offer: a campaign is nobody's business before its announcement or start."""
        revision = self.page.campaigns.get(offer)
        return revision is None or (revision.warm_up_at or revision.starts_at) <= self.cart.at


@dataclass(frozen=True, slots=True)
class Badge:
    """One campaign that touches a SKU, running or announced."""

    campaign_id: int
    text: str
    name: str
    layer: str
    phase: str
    starts_at: datetime
    ends_at: datetime
    rule: Message


@dataclass(frozen=True, slots=True)
class PriceView:
    """The prices of one unit with their names: list, tag (item offers), from (the whole quote), with coupon.

    `left`: pieces that may be bought; None where nobody counts them.
    """

    sku_id: int
    list_cents: int
    tag_cents: int
    from_cents: int
    with_coupon_cents: int
    badges: tuple[Badge, ...] = ()
    upcoming: tuple[Badge, ...] = ()
    left: int | None = None

    @property
    def is_sold_out(self) -> bool:
        return self.left == 0

    @property
    def is_nearly_sold_out(self) -> bool:
        return self.left is not None and 0 < self.left <= FEW
