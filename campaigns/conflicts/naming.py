"""What people call an offer, and where they find it: kept with a report, so that it can be read later."""

from dataclasses import dataclass

from campaigns.models import CampaignRevision
from campaigns.sources import CouponClass
from pricing.models.naming import in_reader_language


@dataclass(frozen=True, slots=True)
class Named:
    """`kind`: "campaign" or "coupon"; `pk`: of the campaign or the coupon template."""

    kind: str
    pk: int
    name: str
    name_zh: str

    @property
    def local_name(self) -> str:
        return in_reader_language(self.name, self.name_zh)


def of_campaign(revision: CampaignRevision) -> Named:
    """Return what a campaign is called."""
    return Named("campaign", revision.campaign_id, revision.name, revision.name_zh)


def of_coupons(coupons: CouponClass) -> Named:
    """Return what a class of coupons is called."""
    return Named("coupon", coupons.template_id, coupons.name, coupons.name_zh)
