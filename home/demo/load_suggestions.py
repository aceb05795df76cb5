"""Suggestions of the demo bureau: the Guandu session's 39 and some 560 more, each at some stage of its way."""

from datetime import timedelta

from activities.choices import AuthorPart, Rating, SuggestionState, Verdict
from activities.models import (
    Suggestion,
    SuggestionAuthor,
    SuggestionEvent,
    SuggestionLink,
    SuggestionSession,
    Support,
    Voice,
)
from home.demo import places
from home.demo.texts import guandu
from home.demo.texts.suggestion_words import MERGED, NOT_ACCEPTED, PROGRESS, RETURNED, variations
from staff.models import Plot

OTHERS = 561
QUESTION = "怎样把网格责任压实到每一个人？"
RATINGS = (Rating.SATISFIED,) * 6 + (Rating.FAIRLY,) * 3 + (Rating.DISSATISFIED,)


class Register:
    """Suggestions gathered to be stored in one go, numbered by year and county."""

    def __init__(self, world):
        self.world = world
        self.rng = world.rng("suggestions")
        self.serials = {}
        self.suggestions, self.authors, self.events, self.supports = [], [], [], []

    def number(self, day, short):
        """The next docket number: year, place, serial."""
        key = day.year, short
        self.serials[key] = self.serials.get(key, 0) + 1
        copy = "" if self.world.copy == 0 else str(self.world.copy + 1)
        return f"{day.year}-{short}{copy}-{self.serials[key]:04d}"

    def add(self, proposal, member, organisation, day, short, *, activity=None, unnamed=False):
        """One suggestion, taken as far along its way as its age allows."""
        suggestion = Suggestion(
            number=self.number(day, short),
            text=proposal.text,
            topic=proposal.topic,
            organisation=organisation,
            activity=activity,
            unnamed=unnamed,
            logged_on=day,
        )
        self.suggestions.append(suggestion)
        self.authors.append(SuggestionAuthor(suggestion=suggestion, member=member, part=AuthorPart.AUTHOR))
        self.event(suggestion, SuggestionState.LOGGED, "", None if unnamed else member.user_id, day)
        self._advance(suggestion, proposal, day)
        for supporter in self.rng.sample(
            self.world.by_branch[member.branch_id], k=min(self.rng.choice((0, 0, 1, 2, 4)), 3)
        ):
            if supporter is not member:
                self.supports.append(Support(suggestion=suggestion, member=supporter))
        return suggestion

    def event(self, suggestion, state, text, user_id, day):
        """One row of the history."""
        at = self.world.at(day, 9 + len(self.events) % 8, len(self.events) % 60)
        self.events.append(SuggestionEvent(suggestion=suggestion, state=state, text=text, by_id=user_id, at=at))

    def _advance(self, suggestion, proposal, day):
        world, rng = self.world, self.rng
        age = (world.today - day).days
        decider = self._decider(suggestion)
        if age < 3:
            suggestion.due = world.working_day(day + timedelta(days=7))
            return
        decided = day + timedelta(days=rng.randrange(1, 6))
        if rng.random() < 0.05:
            suggestion.state = SuggestionState.NOT_ACCEPTED
            self.event(suggestion, suggestion.state, rng.choice(NOT_ACCEPTED), decider, decided)
            return
        suggestion.accepted_on = decided
        suggestion.state = SuggestionState.ACCEPTED
        self.event(suggestion, SuggestionState.ACCEPTED, "", decider, decided)
        suggestion.due = world.working_day(decided + timedelta(days=7))
        if age < 9:
            return
        assigned = decided + timedelta(days=rng.randrange(1, 5))
        suggestion.lead_unit = self._unit(suggestion)
        suggestion.assigned_on = assigned
        suggestion.due = world.working_day(assigned + timedelta(days=42))
        suggestion.state = SuggestionState.ASSIGNED
        self.event(suggestion, SuggestionState.ASSIGNED, f"主办：{suggestion.lead_unit}", decider, assigned)
        if age < 14:
            return
        handler = self._handler(suggestion)
        if rng.random() < 0.02:
            suggestion.state = SuggestionState.RETURNED
            self.event(suggestion, suggestion.state, rng.choice(RETURNED), handler, assigned + timedelta(days=3))
            return
        suggestion.state = SuggestionState.IN_PROGRESS
        self.event(suggestion, suggestion.state, proposal.progress or rng.choice(PROGRESS), handler,
                   assigned + timedelta(days=4))  # fmt: skip
        late = rng.random() < 0.1
        answered = assigned + timedelta(days=rng.randrange(44, 60) if late else rng.randrange(12, 40))
        if answered >= world.today or rng.random() < 0.04:
            return
        suggestion.state = SuggestionState.ANSWERED
        suggestion.verdict = Verdict(proposal.outcome)
        suggestion.answer = proposal.answer
        suggestion.answered_on = answered
        suggestion.answered_in_time = answered <= suggestion.due
        self.event(suggestion, suggestion.state, proposal.answer, handler, answered)
        closed = answered + timedelta(days=rng.randrange(2, 14))
        if closed >= world.today:
            suggestion.due = world.working_day(answered + timedelta(days=14))
            return
        suggestion.state = SuggestionState.CLOSED
        suggestion.due = None
        if rng.random() < 0.8:
            suggestion.rating = rng.choice(RATINGS)
        self.event(suggestion, suggestion.state, "", None, closed)

    def _decider(self, suggestion):
        committee = self.world.committee[suggestion.organisation.pk]
        return committee[0].user_id if committee else None

    def _unit(self, suggestion):
        unit = suggestion.organisation.unit
        if self.rng.random() < 0.25:
            return self.world.units[self.rng.choice(places.CITY_DEPARTMENTS[2:-1]).name]
        return unit

    def _handler(self, suggestion):
        crew = self.world.by_unit[suggestion.lead_unit.pk]
        return crew[0].user_id if crew else self._decider(suggestion)

    def store(self):
        """Store what was gathered; what is merged names what it joined."""
        Suggestion.objects.bulk_create(self.suggestions, batch_size=500)
        self._merge()
        for model, rows in (
            (SuggestionAuthor, self.authors),
            (SuggestionEvent, self.events),
            (Support, self.supports),
        ):
            model.objects.bulk_create(rows, batch_size=800)

    def show(self, session):
        """Put the session's suggestions on its screen, and link some to the plots of the unit that answers."""
        row = SuggestionSession.objects.create(
            activity=session, question=QUESTION, opened_at=session.starts, ended_at=session.ends
        )
        spoken = [one for one in self.suggestions if one.activity == session]
        Voice.objects.bulk_create(
            Voice(session=row, suggestion=one, changed=number) for number, one in enumerate(spoken, start=1)
        )
        SuggestionSession.objects.filter(pk=row.pk).update(version=len(spoken) + 1)
        plots = {plot.unit_id: plot for plot in Plot.objects.order_by("-pk")}
        SuggestionLink.objects.bulk_create(
            SuggestionLink(suggestion=one, plot=plots[one.lead_unit_id])
            for one in self.suggestions[::8]
            if one.lead_unit_id in plots
        )

    def _merge(self):
        fresh = [one for one in self.suggestions if one.state == SuggestionState.ACCEPTED]
        for one, other in zip(fresh[::9], fresh[1::9], strict=False):
            if one.topic != other.topic and len(fresh) > 40:
                continue
            one.state, one.merged_into, one.due = SuggestionState.MERGED, other, None
            one.save(update_fields=["state", "merged_into", "due"])
            self.event(one, one.state, self.rng.choice(MERGED), self._decider(one), self.world.today)


def load_suggestions(world, session):
    """The session's suggestions, one a member, then those of a year from all branches."""
    register = Register(world)
    rng = register.rng
    first, second = (world.organisations["530111", name] for name in ("官渡区局第一党支部", "官渡区局第二党支部"))
    members = world.by_branch[first.pk] + world.by_branch[second.pk]
    day = session.starts.date()
    for proposal, member in zip(guandu.SUGGESTIONS, members, strict=False):
        register.add(proposal, member, member.branch, day, "官渡", activity=session, unnamed=rng.random() < 0.05)
    branches = world.branches
    shorts = {county.code: county.short for county in places.COUNTIES}
    spots = tuple(f"{county.short}局" for county in places.COUNTIES)
    secretary = world.users.get("secretary")
    own = secretary.member.branch if secretary else branches[0]
    for place, proposal in enumerate(variations(rng, OTHERS, spots)):
        branch = own if place % 40 == 3 else rng.choice(branches)
        age = place % 7 if branch is own and place < 200 else int(rng.triangular(0, 360, 60))
        short = shorts.get((branch.unit.division_id or "")[:6], "市局")
        register.add(
            proposal, rng.choice(world.by_branch[branch.pk]), branch, world.ago(age), short, unnamed=rng.random() < 0.06
        )
    register.store()
    register.show(session)
