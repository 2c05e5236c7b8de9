import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from campaigns.forms.rule_fields import campaign_benefits
from campaigns.forms.tiers import TiersField
from pricing.engine.registry import load_benefit

pytestmark = pytest.mark.req("CAM-02")


def _typed(counted, given, *rows):
    data = QueryDict(mutable=True)
    data["tiers_counted"], data["tiers_given"] = counted, given
    data.setlist("tiers_from", [start for start, _ in rows])
    data.setlist("tiers_off", [off for _, off in rows])
    return TiersField.widget().value_from_datadict(data, {}, "tiers")


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [
        pytest.param(
            "en", ("cents", "off", ("99.99", "10"), ("", ""), ("200", "25.5")),
            [{"threshold_cents": 9_999, "off_cents": 1_000}, {"threshold_cents": 20_000, "off_cents": 2_550}],
            id="amounts, with an empty row between",
        ),
        pytest.param("en", ("cents", "off", ("0", "10")), [{"threshold_cents": 0, "off_cents": 1_000}], id="from 0"),
        pytest.param("en", ("pieces", "rate", ("3", "15")), [{"threshold_pieces": 3, "rate_bp": 1_500}], id="percent"),
        pytest.param(
            "zh-hans", ("cents", "rate", ("300", "8.5")), [{"threshold_cents": 30_000, "rate_bp": 1_500}], id="折"
        ),
    ],
)  # fmt: skip
def test_rows_become_tiers_and_are_shown_as_they_were_typed(language, typed, stored):
    with override(language):
        field = TiersField()
        value = _typed(*typed)
        assert field.clean(value) == stored
        assert field.prepare_value(stored) == value


@pytest.mark.parametrize(
    "row", [("300", ""), ("", "50"), ("x", "50"), ("300", "0"), ("300", "-5"), ("3.5", "50"), ("1e999", "1")]
)
def test_half_a_row_names_the_tier(row):
    counted = "pieces" if row[0] == "3.5" else "cents"
    with pytest.raises(ValidationError, match="Tier 2"):
        TiersField().clean(_typed(counted, "off", ("100", "10"), row))


def test_every_registered_benefit_of_campaigns_has_its_form_by_itself():
    codes = list(campaign_benefits())
    assert codes[:2] == ["spend_tiers", "percent_off"]
    assert {"amount_off", "fixed_price", "free_shipping"} <= set(codes)
    assert load_benefit("free_shipping", {}).cap_cents is None
