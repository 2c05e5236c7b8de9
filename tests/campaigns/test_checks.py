import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from campaigns import checks
from campaigns.admin import campaign as screens
from campaigns.lifecycle import FINAL, MOVES, CampaignState
from campaigns.models import CampaignRevision
from tests.factories.campaigns import make_revision

pytestmark = pytest.mark.req("CAM-10")


def _wrong(moves):
    return [found.id for found in checks.wrong_moves(moves, states=CampaignState.values, final=FINAL)]


def test_table_of_moves_is_whole_and_every_kind_has_its_hint():
    assert [*checks.check_moves(), *checks.check_kinds()] == []


@pytest.mark.parametrize(
    ("move", "change", "found"),
    [
        pytest.param("revise", (frozenset({"draft"}), "draft"), ["campaigns.E003"], id="a rejected one stays so"),
        pytest.param("reject", (frozenset({"rejected"}), "rejected"), ["campaigns.E002"], id="nothing is rejected"),
        pytest.param("stop", (frozenset({"approved"}), "gone"), ["campaigns.E001", "campaigns.E002"], id="no state"),
    ],
)
def test_broken_table_of_moves_is_told(move, change, found):
    assert _wrong(MOVES) == []
    assert _wrong({**MOVES, move: change}) == found


def test_kind_without_a_hint_is_named(monkeypatch):
    monkeypatch.delitem(screens.HINTS, "percent_off")
    (found,) = checks.check_kinds()
    assert (found.id, "'percent_off'" in found.msg) == ("campaigns.E005", True)


@pytest.mark.django_db
def test_stored_rule_that_nobody_knows_is_found_when_the_database_is_looked_at():
    call_command("check", databases=["default"])
    revision = make_revision()
    CampaignRevision.objects.filter(pk=revision.pk).update(
        benefit_code="lost_benefit", conditions=[{"code": "lost_condition", "params": {}}]
    )
    with pytest.raises(SystemCheckError, match="'lost_benefit', 'lost_condition'"):
        call_command("check", databases=["default"])
    call_command("check")  # without the database nothing is asked of it
