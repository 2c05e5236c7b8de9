"""The adapter: what it does not understand it names, and what a case leaves unsaid changes nothing."""

import pytest

from tests.conformance.judging import AGREES, UNSUPPORTED, judge
from tests.conformance.loading import cases_in

RULE = {"id": "P", "level": "order", "kind": "amount_off", "benefit": {"amount_off": "10.00"}}
LINE = {"sku": "A", "unit_price": "50.00", "qty": 2}


@pytest.fixture
def case_of(tmp_path):
    """Return one case as it is read from a file: 2 x 50.00 and 10.00 off, but for what is given."""

    def case_of(rule=None, line=None, **told):
        path = tmp_path / "cases.yaml"
        lines, rules = [LINE | (line or {})], [RULE | (rule or {})]
        path.write_text(str({"cases": [{"lines": lines, "promotions": rules} | told]}))
        return cases_in(path)[0]

    return case_of


def test_a_case_says_only_what_matters(case_of):
    assert judge(case_of(expect={"total": "90.00", "applied": ["P"]})).outcome == AGREES


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"weather": "rain"}, "case:weather"),
        ({"expect": {"points": 3}}, "expect:points"),
        ({"expect": {"lines": [{"sku": "A", "tax": "1.00"}]}}, "expect:lines.tax"),
        ({"expect": {"reason": "no such word"}, "rule": {"threshold": {"quantity": 3}}}, "reason:no such word"),
        ({"customer": {"age": 70}}, "customer:age"),
        ({"history": {"points": 3}}, "history:points"),
        ({"returns": [{"seq": 1, "lines": [{"sku": "A", "bundle": True}]}]}, "returns:bundle"),
        ({"actions": [{"pay": "john"}]}, "action:pay"),
        ({"line": {"colour": "red"}}, "line:colour"),
        ({"rule": {"weekdays": [1]}}, "rule:weekdays"),
        ({"rule": {"kind": "lottery"}}, "kind:order/lottery"),
        ({"rule": {"benefit": {"amount_off": "1.00", "points": 3}}}, "benefit:points"),
        ({"rule": {"benefit": {"amount_off": "1.00", "per": "kilogram"}}}, "per:kilogram"),
        ({"rule": {"benefit": {"amount_off": "0.001"}}}, "figure:0.001"),
        ({"rule": {"benefit": {}}}, "unsaid:amount_off"),
        ({"rule": {"threshold": {"weight": 3}}}, "threshold:weight"),
        ({"rule": {"threshold": {"amount": "1.00", "operator": "eq"}}}, "threshold:operator eq"),
        ({"rule": {"audience": {"age": 70}}}, "audience:age"),
        ({"rule": {"scope": {"all": True, "exclude": {"brands": ["X"]}}}}, "scope:exclude.brands"),
        ({"rule": {"limits": {"per_day": 1}}}, "limits:per_day"),
        ({"rule": {"stacking": {"exclusive": False, "combinable_with": [], "group": "x"}}}, "stacking:group"),
    ],
)
def test_what_is_not_understood_is_named(case_of, told, name):
    assert judge(case_of(**told)) == (UNSUPPORTED, [name])


@pytest.mark.parametrize(
    ("told", "field"),
    [({"rule": {"threshold": {"line_quantity_between": [4, 3]}}}, "most"), ({"line": {"qty": 0}}, "quantity")],
)
def test_what_nobody_could_save_or_order_is_refused_by_name(case_of, told, field):
    outcome, (about,) = judge(case_of(**told))
    assert (outcome, about.split(": ")[0]) == (UNSUPPORTED, f"refused:{field}")


def test_a_promotion_of_nothing_is_none(case_of):
    verdict = judge(case_of(rule={"benefit": {"amount_off": "0.00"}}, expect={"total": "100.00", "applied": []}))
    assert verdict.outcome == AGREES


def test_goods_on_sale_are_left_out_where_a_rule_says_so(case_of):
    sale = {"list_price": "80.00", "on_sale": True}
    all_but = {"scope": {"all": True, "exclude": {"already_reduced": True}}}
    assert judge(case_of(line=sale, expect={"total": "90.00"})).outcome == AGREES
    assert judge(case_of(all_but, sale, expect={"total": "100.00", "discount_total": "0.00"})).outcome == AGREES


def test_more_than_an_amount_is_not_the_amount(case_of):
    for operator, total in (("gte", "90.00"), ("gt", "100.00")):
        threshold = {"threshold": {"amount": "100.00", "operator": operator}}
        assert judge(case_of(threshold, expect={"total": total})).outcome == AGREES


def test_a_file_that_holds_no_cases_is_refused(tmp_path):
    path = tmp_path / "cases.yaml"
    path.write_text("just text")
    with pytest.raises(pytest.UsageError, match="no file of cases"):
        cases_in(path)
