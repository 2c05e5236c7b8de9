import pytest

from campaigns.figures_in_names import doubtful_figures
from campaigns.forms.rule_fields import campaign_benefits
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-01")]

TIERS = {"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}, {"threshold_cents": 50_000, "off_cents": 10_050}]}
EVERY = {"tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}], "every": True}


def doubts(benefit, params, name, **fields):
    revision = make_revision(benefit, params=params, name=name, name_zh="", **fields)
    return [doubt.figures["figures"] for doubt in doubtful_figures(revision)]


@pytest.mark.parametrize(
    ("benefit", "params", "name", "odd"),
    [
        pytest.param("spend_tiers", TIERS, "¥50 off ¥300, ¥100.50 off ¥500", [], id="both tiers"),
        pytest.param("spend_tiers", TIERS, "满300减50，满500减100.5", [], id="both tiers in Chinese"),
        pytest.param("spend_tiers", TIERS, "满300减40", ["减40"], id="another amount off"),
        pytest.param("spend_tiers", TIERS, "¥50 off ¥200", ["¥200"], id="another threshold"),
        pytest.param("spend_tiers", TIERS, "40 off from ¥300", ["40 off"], id="an amount without its sign"),
        pytest.param("spend_tiers", TIERS, "双11 2026: 11.11 sale, day 3", [], id="figures that are no promise"),
        pytest.param("spend_tiers", EVERY, "每满600减100", [], id="twice of every"),
        pytest.param("spend_tiers", EVERY, "每满300减60", ["减60"], id="not what every gives"),
        pytest.param("percent_off", {"rate_bp": 2_000}, "8折", [], id="fold"),
        pytest.param("percent_off", {"rate_bp": 1_500}, "全场85折", [], id="fold of two digits"),
        pytest.param("percent_off", {"rate_bp": 2_000}, "7折封顶", ["7折"], id="another fold"),
        pytest.param("percent_off", {"rate_bp": 2_000}, "20% off today", [], id="percent off"),
        pytest.param("percent_off", {"rate_bp": 2_000}, "30% off, pay 70%", ["30%", "70%"], id="other percents"),
        pytest.param("nth_unit_off", {"nth": 2, "rate_bp": 5_000}, "第二件5折", [], id="Chinese numerals"),
        pytest.param("nth_unit_off", {"nth": 2, "rate_bp": 5_000}, "第三件5折", ["三件"], id="another piece"),
        pytest.param("buy_get", {"buy": 2, "get": 1}, "Buy 2 get 1: 3 for 2", [], id="three for two"),
        pytest.param("buy_get", {"buy": 2, "get": 1}, "买四送一", ["买四"], id="another number to buy"),
        pytest.param("fixed_price", {"price_cents": 123_400}, "Now ¥1,234", [], id="thousands"),
    ],
)  # fmt: skip
def test_only_figures_that_contradict_the_rule_are_named(benefit, params, name, odd):
    assert doubts(benefit, params, name) == ([", ".join(odd)] if odd else [])


def test_limits_and_prices_of_skus_count_as_said():
    sku = make_sku()
    said = {"limit_units": 2, "stock": {sku: 500}, "stock_units": 500, "most_list_cents": 9_900}
    assert doubts("percent_off", {"rate_bp": 2_000}, "限购2件，共500件，99元以下", **said) == []
    assert doubts("percent_off", {"rate_bp": 2_000}, "限购3件", **said) == ["3件"]


def test_a_coupon_for_later_may_be_named_by_its_worth():
    params = {"template": "T-1", "threshold_cents": 30_000}
    assert doubts("reward", params, "满300返20元券") == []


def test_every_kind_of_campaign_is_looked_at():
    for code in campaign_benefits():
        assert doubts(code, {}, "¥77 off") in ([], ["¥77"])
