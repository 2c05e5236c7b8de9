"""What is looked at before the site starts: states and moves, kinds of campaigns, and the rules that rows name."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.checks import CheckMessage, Error

from campaigns.lifecycle import FINAL, MOVES, STAYING_MOVES, CampaignState

Moves = Mapping[str, tuple[frozenset[str], str]]
NAMED = 5


def check_moves(**_: Any) -> list[CheckMessage]:
    """Every state can be reached from a draft and left again unless it is final, and every move can be told."""
    from campaigns.admin.audit_wording import move_name

    found = [*wrong_moves(MOVES, states=CampaignState.values, final=FINAL)]
    unnamed = sorted(move for move in {*MOVES, *STAYING_MOVES} if move_name(move) == move)
    if unnamed:
        found.append(
            _error("E004", f"the history has no words for {_named(unnamed)}", "Name it in admin/audit_wording.py.")
        )
    return found


def wrong_moves(moves: Moves, *, states: Collection[str], final: Collection[str]) -> Iterator[CheckMessage]:
    """Yield what is wrong with a table of moves: (states a move starts from, state it leads to)."""
    named = {state for sources, target in moves.values() for state in (*sources, target)}
    if unknown := sorted(named - set(states)):
        yield _error("E001", f"a move names {_named(unknown)}, which is no state", "Correct the table of moves.")
    if unreached := sorted(set(states) - _reached(moves, "draft")):
        yield _error("E002", f"no move leads to {_named(unreached)}", "Add a move, or remove the state.")
    left = {source for sources, _ in moves.values() for source in sources}
    if stuck := sorted(set(states) - left - set(final)):
        yield _error("E003", f"nothing leads on from {_named(stuck)}", "Add a move, or name it among the final ones.")


def check_kinds(**_: Any) -> list[CheckMessage]:
    """Every kind of campaign has its hint on the page where people choose one."""
    from campaigns.admin.campaign import HINTS
    from campaigns.forms.rule_fields import campaign_benefits

    missing = sorted(set(campaign_benefits()) - set(HINTS))
    if not missing:
        return []
    return [_error("E005", f"there is no hint for {_named(missing)}", "Write an example in admin/campaign.py.")]


def check_stored_rules(databases: Collection[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Every benefit and condition that a campaign's row names is there. Asks the database, so `migrate` runs it."""
    from campaigns.selectors.stored_rules import stored_rules
    from pricing.engine.registry import BENEFITS, CONDITIONS

    if not databases or "default" not in databases:
        return []
    benefits, conditions = stored_rules()
    unknown = sorted((benefits - set(BENEFITS)) | (conditions - set(CONDITIONS)))
    if not unknown:
        return []
    hint = "A rule's code is stored: register it again under its old name, or change the rows in a migration."
    return [_error("E006", f"campaigns are stored with rules that are not there: {_named(unknown)}", hint)]


def _reached(moves: Moves, start: str) -> set[str]:
    reached, before = {start}, set()
    while reached != before:
        before = set(reached)
        reached |= {target for sources, target in moves.values() if sources & reached}
    return reached


def _error(number: str, problem: str, hint: str) -> CheckMessage:
    return Error(f"Campaigns: {problem}.", hint=hint, id=f"campaigns.{number}")


def _named(codes: list[str]) -> str:
    more = len(codes) - NAMED
    return ", ".join(map(repr, codes[:NAMED])) + (f" and {more} more" if more > 0 else "")
