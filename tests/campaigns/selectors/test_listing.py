from datetime import timedelta

import pytest

from campaigns.models import Campaign, CampaignRevision
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.listing import PLATFORM, Narrowed, found_by, narrowed, sku_called, takes
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user
from tests.factories.pricing import make_category, make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]

DAY = timedelta(days=1)


def _names(campaigns):
    return sorted(row.name for row in CampaignRevision.objects.filter(campaign__in=campaigns))


def _found(typed):
    return _names(found_by(Campaign.objects.all(), typed))


def _narrowed(**to):
    return _names(narrowed(Campaign.objects.all(), Narrowed(**to)))


def test_list_is_narrowed_by_kind_owner_author_and_period_together_and_alone():
    shop, olga = make_shop(), make_user("olga")
    make_campaign("percent_off", name="Tea", shop=shop, starts_at=NOON, ends_at=NOON + DAY)
    make_revision("spend_tiers", name="Cups", author=olga, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)
    make_campaign("percent_off", name="Pots", author=olga, starts_at=NOON + 5 * DAY, ends_at=NOON + 6 * DAY)
    assert _narrowed(kind="percent_off") == ["Pots", "Tea"]
    assert (_narrowed(owner=PLATFORM), _narrowed(owner=str(shop.pk))) == (["Cups", "Pots"], ["Tea"])
    assert _narrowed(author=olga.pk) == ["Cups", "Pots"]
    assert _narrowed(since=NOON + DAY, until=NOON + 5 * DAY) == ["Cups"]
    assert _narrowed(since=NOON + DAY) == ["Cups", "Pots"]
    assert _narrowed(kind="percent_off", author=olga.pk, until=NOON + DAY) == []
    assert _narrowed() == ["Cups", "Pots", "Tea"]


def test_what_is_in_force_counts_not_a_change_that_nobody_has_approved():
    campaign = make_campaign("percent_off", name="Tea")
    make_revision("spend_tiers", campaign=campaign, name="Tea, changed")
    assert _narrowed(kind="spend_tiers") == []


def test_words_of_a_name_in_either_language_a_number_and_a_sku_are_found():
    sku = make_sku("WOOL-7")
    tea = make_campaign("percent_off", name="Tea week", name_zh="茶叶周", sku=[make_sku()])
    make_campaign("percent_off", name="Scarves", sku=[sku])
    make_campaign("percent_off", name="Tea cups", sku=[make_sku()])
    assert _found("tea") == ["Tea cups", "Tea week"]
    assert _found(" week  tea ") == ["Tea week"]
    assert _found("茶叶") == ["Tea week"]
    assert _found(str(tea.pk)) == _found(f"campaign:{tea.pk}") == ["Tea week"]
    assert _found("wool-7") == ["Scarves"]
    assert _found("") == ["Scarves", "Tea cups", "Tea week"]


@pytest.mark.parametrize("typed", ["nothing", "9" * 30, "１２", "%", "_", "'; --", "campaign:", "campaign:x"])
def test_what_means_nothing_finds_nothing(typed):
    make_campaign(name="Tea")
    assert _found(typed) == []


def test_a_pasted_page_is_looked_for_by_its_beginning(django_assert_max_num_queries):
    make_campaign("percent_off", name="a")
    with django_assert_max_num_queries(3) as asked:
        assert _found("a " * 3_000) == ["a"]
    assert max(len(query["sql"]) for query in asked) < 10_000


def test_campaigns_that_take_a_sku_are_those_that_skus_taken_by_says():
    shop, other_shop = make_shop(), make_shop()
    root = make_category()
    leaf = make_category(parent=root)
    product = make_product(shop=shop, category=leaf)
    sku, sibling = make_sku("A", product=product), make_sku("B", product=product)
    dear = make_sku("C", shop=shop, list_cents=90_000)
    never = make_sku("D", shop=shop, never_discounted=True)
    make_revision("percent_off", name="everything")
    make_revision("percent_off", name="of the shop", shop=shop)
    make_revision("percent_off", name="of another shop", shop=other_shop)
    make_revision("percent_off", name="root", scopes=[{"category": root}])
    make_revision("percent_off", name="without leaf", scopes=[{"category": root}, {"category": leaf, "excluded": True}])
    make_revision("percent_off", name="product", scopes=[{"product": product}])
    make_revision("percent_off", name="shop", scopes=[{"shop": shop}])
    make_revision("percent_off", name="kind", scopes=[{"kind": "virtual"}])
    make_revision("percent_off", name="sibling", sku=[sibling])
    make_revision("percent_off", name="dear", everything=True, least_list_cents=50_000)
    make_revision("percent_off", name="cheap", everything=True, most_list_cents=10_000)
    left_out = make_revision("percent_off", name="left out", sku=[sku], everything=True)
    left_out.skus.update(excluded=True)
    for one in (sku, sibling, dear, never):
        asked_from_here = set(CampaignRevision.objects.filter(takes(sku_called(one.code))))
        asked_from_there = {
            revision
            for revision in CampaignRevision.objects.all()
            if one in skus_taken_by(revision, shop_id=revision.campaign.shop_id)
        }
        assert asked_from_here == asked_from_there
    assert _narrowed(sku="a") == ["cheap", "everything", "of the shop", "product", "root", "shop"]
    assert _narrowed(sku="D") == _narrowed(sku="no such code") == []
