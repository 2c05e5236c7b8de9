import pytest

from campaigns.commands.budget import BudgetSpent, charge_budget, give_back_budget
from campaigns.models import CampaignBudget, CampaignBudgetEntry
from campaigns.selectors.running import running_revisions
from pricing.engine.errors import ReturnsTooMany
from tests.factories import NOON
from tests.factories.campaigns import make_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-13")]


def test_budget_is_spent_to_the_cent_and_never_beyond():
    campaign = make_campaign(budget_cents=1_000)
    charge_budget(campaign_id=campaign.pk, amount_cents=999, source="order:1", at=NOON)
    with pytest.raises(BudgetSpent):
        charge_budget(campaign_id=campaign.pk, amount_cents=2, source="order:2", at=NOON)
    charge_budget(campaign_id=campaign.pk, amount_cents=1, source="order:3", at=NOON)
    assert CampaignBudget.objects.get().used_cents == 1_000
    assert list(CampaignBudgetEntry.objects.values_list("source", "amount_cents")) == [("order:1", 999), ("order:3", 1)]
    assert running_revisions(NOON) == []


def test_what_comes_back_can_be_spent_again_once():
    campaign = make_campaign(budget_cents=1_000)
    charge_budget(campaign_id=campaign.pk, amount_cents=1_000, source="order:1", at=NOON)
    for _ in range(2):
        give_back_budget(campaign_id=campaign.pk, amount_cents=400, source="refund:1", at=NOON)
    assert CampaignBudget.objects.get().used_cents == 600
    with pytest.raises(ReturnsTooMany):
        give_back_budget(campaign_id=campaign.pk, amount_cents=601, source="refund:2", at=NOON)
    assert len(running_revisions(NOON)) == 1


def test_campaign_without_budget_keeps_no_ledger():
    charge_budget(campaign_id=make_campaign().pk, amount_cents=5, source="order:1", at=NOON)
    assert not CampaignBudgetEntry.objects.exists()
