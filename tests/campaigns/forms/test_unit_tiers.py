import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from campaigns.forms.unit_tiers import UnitTiersField

pytestmark = pytest.mark.req("CAM-02")


def _typed(given, *rows):
    data = QueryDict(mutable=True)
    data["tiers_counted"], data["tiers_given"] = "pieces", given
    data.setlist("tiers_from", [start for start, _ in rows])
    data.setlist("tiers_off", [off for _, off in rows])
    return UnitTiersField.widget().value_from_datadict(data, {}, "tiers")


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [
        pytest.param(
            "en", ("price", ("11", "17"), ("", ""), ("21", "0")),
            [{"from_pieces": 11, "price_cents": 1_700}, {"from_pieces": 21, "price_cents": 0}],
            id="prices, with an empty row between",
        ),
        pytest.param("en", ("off", ("2", "2.5")), [{"from_pieces": 2, "off_cents": 250}], id="amounts"),
        pytest.param("zh-hans", ("rate", ("3", "8.5")), [{"from_pieces": 3, "rate_bp": 1_500}], id="折"),
    ],
)  # fmt: skip
def test_rows_become_tiers_and_are_shown_as_they_were_typed(language, typed, stored):
    with override(language):
        field = UnitTiersField()
        value = _typed(*typed)
        assert field.clean(value) == stored
        assert field.prepare_value(stored) == value
        assert not field.has_changed(stored, value)


@pytest.mark.parametrize("row", [("11", ""), ("", "17"), ("x", "17"), ("3.5", "17"), ("-3", "17"), ("11", "1e9")])
def test_half_a_row_names_the_tier(row):
    with pytest.raises(ValidationError, match="Tier 2"):
        UnitTiersField().clean(_typed("price", ("2", "19"), row))


@pytest.mark.parametrize("given", ["", "pieces", "nonsense"])
def test_what_the_form_does_not_offer_counts_as_not_filled_in(given):
    with pytest.raises(ValidationError, match="required"):
        UnitTiersField().clean(_typed(given, ("2", "19")))


def test_page_offers_a_price_and_the_signs_that_belong_to_it():
    page = UnitTiersField().widget.render("rule_tiers", None, {"id": "id_rule_tiers"})
    assert '<option value="price" data-unit="¥" data-word="each" selected>' in page
    assert '<span class="promo-unit" data-of="counted">pcs</span>' in page
    assert '<option value="cents"' not in page
