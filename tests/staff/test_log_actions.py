"""What the domain modules do is known to the log, and each state has a line in its table of transitions."""

import re
from pathlib import Path

from wagtail.log_actions import registry

from staff import leaves, letters, log_actions, rosters, rounds, visits
from staff.choices import FindingState, LeaveState, LetterState, PostingState, RoundState


def test_every_action_that_the_code_logs_is_registered_and_none_is_idle():
    source = "".join(
        path.read_text() for path in Path(rosters.__file__).parent.rglob("*.py") if path.stem != "log_actions"
    )
    for action in log_actions.ACTIONS:
        name = action.removeprefix("staff.posting.")
        assert f'"{action}"' in source or f'"{name}"' in source, action
        assert registry.action_exists(action)
    logged = set(re.findall(r'action="(staff\.[a-z_.]+)"', source))
    assert logged <= set(log_actions.ACTIONS)


def test_each_state_machine_says_what_may_follow_each_state():
    for table, states in (
        (rounds.ROUND_MOVES, RoundState),
        (rosters.POSTING_MOVES, PostingState),
        (leaves.LEAVE_MOVES, LeaveState),
        (visits.FINDING_MOVES, FindingState),
        (letters.LETTER_MOVES, LetterState),
    ):
        assert set(table) == set(states)
        assert {state for following in table.values() for state in following} <= set(states)
