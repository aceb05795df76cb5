"""The one table of a suggestion's path: from which state, by whom, to which state, and within how many working days."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import OPEN_SUGGESTIONS
from activities.choices import SuggestionState as State
from activities.models import Suggestion
from staff import access
from staff.access import either
from staff.choices import Role

# What the chips of the form offer; the field takes any topic.
TOPICS = (
    _("党建"),
    _("专卖执法"),
    _("服务零售户"),
    _("服务烟农"),
    _("烟叶收购"),
    _("物流"),
    _("信息化"),
    _("人才"),
    _("减负"),
    _("安全"),
    _("下沉一线"),
    _("其他"),
)
# Working days within which somebody owes the next step, by the state that waits for it (defaults of the rules).
DAYS = {State.LOGGED: 5, State.ACCEPTED: 5, State.RETURNED: 5, State.ASSIGNED: 30, State.IN_PROGRESS: 30}
# A unit says within so many working days that a suggestion is not its matter.
RETURN_DAYS = 10
# An author rates an answer within so many working days; silence closes it.
SILENCE_DAYS = 10
# The party office hears of a step that is overdue for so long; the next level hears of it at once.
OFFICE_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """What may be done to a suggestion: where it leads (None: it stays), and the action of the access policy that
    opens it."""

    to: State | None
    who: str
    label: str


ACCEPT = Step(State.ACCEPTED, "decide", _("立案"))
REFUSE = Step(State.NOT_ACCEPTED, "decide", _("不予立案"))
MERGE = Step(State.MERGED, "decide", _("并案"))
SPLIT = Step(None, "decide", _("拆分"))
ASSIGN = Step(State.ASSIGNED, "decide", _("交办"))
REASSIGN = Step(State.ASSIGNED, "decide", _("改派"))
RETURN = Step(State.RETURNED, "handle", _("退回"))
START = Step(State.IN_PROGRESS, "handle", _("开始办理"))
NOTE = Step(State.IN_PROGRESS, "assist", _("记录进展"))
ANSWER = Step(State.ANSWERED, "handle", _("答复"))
RATE = Step(State.CLOSED, "rate", _("评价"))

# The likely next step of each state stands first: it is the page's main button.
# A rating of 不满意 leads back to IN_PROGRESS once; silence of the author closes (both in `moves`).
TRANSITIONS = {
    State.LOGGED: {"accept": ACCEPT, "refuse": REFUSE, "merge": MERGE, "split": SPLIT},
    State.ACCEPTED: {"assign": ASSIGN, "merge": MERGE, "split": SPLIT},
    State.ASSIGNED: {"start": START, "return": RETURN, "assign": REASSIGN},
    State.RETURNED: {"assign": ASSIGN},
    State.IN_PROGRESS: {"answer": ANSWER, "note": NOTE, "assign": REASSIGN},
    State.ANSWERED: {"rate": RATE},
    State.NOT_ACCEPTED: {},
    State.MERGED: {},
    State.CLOSED: {},
}
ACTIONS = tuple(dict.fromkeys(name for steps in TRANSITIONS.values() for name in steps))
# The action of the access policy that opens each step, whatever state it is taken from.
WHO = {name: step.who for steps in TRANSITIONS.values() for name, step in steps.items()}

_MAIN_PATH = (State.LOGGED, State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS, State.ANSWERED, State.CLOSED)
_STANDS_FOR = {State.RETURNED: State.ASSIGNED}


def steps_for(user, suggestion):
    """The steps that `user` may take now, by name: the buttons of its page."""
    open_steps = TRANSITIONS[suggestion.state]
    may = {who: access.allowed(user, who, suggestion) for who in {step.who for step in open_steps.values()}}
    return {name: step for name, step in open_steps.items() if may[step.who]}


def waiting_for(user):
    """Suggestions whose next step `user` owes: what /me/ and the admin list.

    A secretary decides on those of their organisation, a unit's management handles those it leads, an author rates.
    The party office assigns, and is the next level above whoever is overdue.
    """
    from django.utils import timezone

    held = access.roles(user)
    decide = held.organisation_q("organisation", Role.SECRETARY)
    handle = held.unit_q("lead_unit", Role.MANAGEMENT)
    mine = access.policy_registry.get_by_type(Suggestion).q(user, "rate")
    office = None
    if held.holds(Role.OFFICE):
        late = Q(state__in=OPEN_SUGGESTIONS, due__lt=timezone.localdate())
        office = Q(state__in=(State.ACCEPTED, State.RETURNED)) | late
    wanted = either(
        decide & Q(state__in=(State.LOGGED, State.ACCEPTED, State.RETURNED)) if decide is not None else None,
        handle & Q(state__in=(State.ASSIGNED, State.IN_PROGRESS)) if handle is not None else None,
        mine & Q(state=State.ANSWERED) if mine is not None else None,
        office,
    )
    rows = Suggestion.objects.visible_to(user)
    return rows.none() if wanted is None else rows.filter(wanted).order_by("due", "pk")


def path_of(suggestion):
    """The way so far and the way ahead, as pairs of a state's word and "done", "now" or "ahead"."""
    if suggestion.state in {State.NOT_ACCEPTED, State.MERGED}:
        before = [State.LOGGED, State.ACCEPTED] if suggestion.accepted_on else [State.LOGGED]
        return [(state.label, "done") for state in before] + [(State(suggestion.state).label, "now")]
    here = _MAIN_PATH.index(_STANDS_FOR.get(suggestion.state, suggestion.state))
    path = []
    for place, state in enumerate(_MAIN_PATH):
        label = State(suggestion.state).label if place == here else state.label
        path.append((label, "done" if place < here else "now" if place == here else "ahead"))
    return path
