"""The page of one campaign."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, CampaignSku
from storefront.quoting import price_cart_row
from storefront.selectors.promo_page import progress, promo_page, skus_in_campaign
from tests.factories import NOON
from tests.factories.campaigns import approve, make_campaign, make_revision
from tests.factories.pricing import make_category, make_product, make_shop, make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-03", "CAM-07")]


def taking_part(campaign: Campaign) -> list[str]:
    return [sku.code for sku in skus_in_campaign(campaign.current_revision)]


@pytest.mark.req("CAM-10")
def test_page_is_there_from_the_announcement_on():
    hour = timedelta(hours=1)
    campaign = make_campaign(warm_up_at=NOON, starts_at=NOON + hour, ends_at=NOON + 2 * hour)
    moments = {NOON - hour: None, NOON: "warm_up", NOON + hour: "running", NOON + 2 * hour: "ended"}
    for at, phase in moments.items():
        page = promo_page(campaign_id=campaign.pk, at=at)
        assert (page and page.phase) == phase
    assert (page.campaign_id, page.starts_at, page.server_at) == (campaign.pk, NOON + hour, NOON + 2 * hour)


def test_drafts_and_unknown_campaigns_have_no_page():
    assert promo_page(campaign_id=make_campaign(approved=False).pk, at=NOON) is None
    assert promo_page(campaign_id=0, at=NOON) is None


def test_chosen_skus_take_part_without_the_excluded_and_the_inactive():
    chosen, excluded, inactive = make_sku("p-a"), make_sku("p-b"), make_sku("p-c", is_active=False)
    make_sku("p-d")
    draft = make_revision("percent_off", sku=[chosen, excluded, inactive])
    CampaignSku.objects.filter(sku=excluded).update(excluded=True)
    approve(draft)
    assert taking_part(Campaign.objects.get(pk=draft.campaign_id)) == ["p-a"]


def test_scopes_of_every_kind_and_their_exclusions():
    shop, top = make_shop(), make_category()
    leaf = make_category(parent=make_category(parent=top))
    product = make_product()
    make_sku("s-shop", shop=shop)
    make_sku("s-leaf", category=leaf)
    make_sku("s-product", product=product)
    make_sku("s-virtual", kind="virtual")
    make_sku("s-never", shop=shop, never_discounted=True)
    make_sku("s-none")
    scopes = [{"shop": shop}, {"category": top}, {"product": product}, {"kind": "virtual"}]
    assert taking_part(make_campaign(scopes=scopes)) == ["s-leaf", "s-product", "s-shop", "s-virtual"]
    but = [*scopes, {"category": leaf, "excluded": True}]
    assert taking_part(make_campaign(scopes=but)) == ["s-product", "s-shop", "s-virtual"]


def test_shop_campaign_on_everything_means_its_own_shop():
    shop = make_shop()
    make_sku("o-own", shop=shop)
    make_sku("o-foreign")
    assert taking_part(make_campaign(shop=shop)) == ["o-own"]
    assert taking_part(make_campaign()) == ["o-foreign", "o-own"]


def test_skus_on_the_page_are_those_that_the_engine_takes():
    shop, top = make_shop(), make_category()
    skus = [make_sku(shop=shop), make_sku(category=make_category(parent=top)), make_sku(), make_sku(kind="virtual")]
    campaign = make_campaign("percent_off", scopes=[{"shop": shop}, {"category": top}, {"kind": "virtual"}])
    priced = price_cart_row(cart=make_cart(dict.fromkeys(skus, 1)), at=NOON)
    discounted = sorted(line.sku for line in priced.quote.lines if line.shares)
    assert discounted == taking_part(campaign)
    assert len(discounted) == 3


@pytest.mark.req("PRC-04")
def test_progress_of_a_cart_towards_one_campaign():
    campaign = make_campaign()
    shipping = make_campaign("free_shipping", layer="shipping", params={})
    priced = price_cart_row(cart=make_cart({make_sku(list_cents=4_000): 1}), at=NOON)
    assert progress(priced, campaign.pk).missing_cents == 6_000
    assert progress(priced, shipping.pk) is None
