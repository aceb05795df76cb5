"""The rules of access to activities, agreements and suggestions, built from the roles of `staff.access`."""

from datetime import timedelta

from django.core import signing
from django.db.models import Q
from wagtail.permissions import policy_registry, register_permission_policy

from activities import models
from activities.choices import ActivityState, AuthorPart, SuggestionState, Verdict
from staff.access import EVERYTHING, RolePolicy, either
from staff.choices import Role
from staff.models import Finding, Plot
from staff.policies import inside, office, own_account

FEED, HALL = "activities.session.feed", "activities.check_in.screen"
FEED_HOURS = timedelta(hours=12)


def _hosted(roles, *names):
    """Activities hosted by an organisation in the scope of one of the roles, as a Q over activities, or None."""
    q = roles.organisation_q("organisation", *names)
    if q is None or not q:
        return q
    return Q(pk__in=models.ActivityHost.objects.filter(q).values("activity"))


def organisations(roles, *names):
    """Party organisations in the scope of one of the roles, as a Q over them, or None."""
    return either(
        *(
            Q(path__startswith=held.organisation_path)
            if held.organisation_path
            else Q(unit__path__startswith=held.unit_path)
            if held.unit_path
            else EVERYTHING
            for held in roles.held
            if held.role in names
        )
    )


def _within(q, field):
    """Turn a Q over activities into one over rows whose `field` is the activity."""
    if q is None or not q:
        return q
    return Q(**{f"{field}__in": models.Activity.objects.filter(q).values("pk")})


def _partner(roles, field="pk"):
    """What a partner's account reaches: agreements that its organisation is party to."""
    q = roles.organisation_q("partyorganisation", Role.PARTNER)
    if q is None:
        return None
    parties = models.JointAgreement.parties.through.objects.filter(q)
    return Q(**{f"{field}__in": parties.values("jointagreement")})


def activities(roles):
    """Activities that one sees: arranged ones for everybody in the bureau, drafts for who prepares them."""
    arranged, partners = ~Q(state=ActivityState.DRAFT), _partner(roles, "agreement")
    if not roles.inside:
        arranged = None if partners is None else arranged & partners
    return either(arranged, activity_records(roles))


def activity_records(roles):
    """Activities that one arranges, runs and records: hosted in one's scope."""
    return _hosted(roles, Role.SECRETARY, Role.OFFICE)


def attendance(roles):
    """Attendance that one sees: one's own, and that of activities in one's scope."""
    mine = Q(member=roles.member.pk) if roles.member else None
    return either(mine, _within(_hosted(roles, Role.SECRETARY, Role.OFFICE, Role.MANAGEMENT), "activity"))


def attendance_records(roles):
    """Attendance that one keeps: of activities in one's scope."""
    return _within(activity_records(roles), "activity")


def minutes(roles):
    """Minutes that one reads: of activities in one's scope, of those that one took part in, chaired or recorded."""
    mine = None
    if roles.member:
        took_part = models.Attendance.objects.filter(member=roles.member.pk).there()
        mine = Q(activity__in=took_part.values("activity")) | Q(chair=roles.member.pk) | Q(recorder=roles.member.pk)
    return either(mine, _within(_hosted(roles, Role.SECRETARY, Role.OFFICE, Role.MANAGEMENT), "activity"))


def _of_attendance(rule):
    """A rule over attendance, for what hangs on it."""

    def of_attendance(roles):
        q = rule(roles)
        if q is None or not q:
            return q
        return Q(attendance__in=models.Attendance.objects.filter(q).values("pk"))

    return of_attendance


def minutes_kept(roles):
    """Minutes that one keeps: of an organisation in one's scope."""
    return roles.organisation_q("organisation", Role.SECRETARY, Role.OFFICE)


def minutes_written(roles):
    """Minutes that one writes: those that one keeps, and those whose recorder one is."""
    return either(minutes_kept(roles), Q(recorder=roles.member.pk) if roles.member else None)


def decisions_completed(roles):
    """Decisions that one marks done: those that one answers for, and those of minutes that one writes."""
    mine = Q(owner=roles.member.pk) if roles.member else None
    return either(mine, _of_minutes(minutes_written)(roles))


def keeps_minutes(roles, organisation):
    """Whether one keeps the minutes of `organisation`, also those that nobody has begun."""
    return roles.over_organisation(organisation, Role.SECRETARY, Role.OFFICE)


def study_records(roles):
    """Study records that one keeps: of members of branches in one's scope."""
    return roles.organisation_q("member__branch", Role.SECRETARY, Role.OFFICE)


def study_seen(roles):
    """Study records that one sees: one's own, and those of members of branches in one's scope."""
    mine = Q(member=roles.member.pk) if roles.member else None
    return either(mine, roles.organisation_q("member__branch", Role.SECRETARY, Role.OFFICE, Role.MANAGEMENT))


def _of_minutes(rule):
    """A rule over minutes, for what hangs on them."""

    def of_minutes(roles):
        q = rule(roles)
        if q is None or not q:
            return q
        return Q(minutes__in=models.Minutes.objects.filter(q).values("pk"))

    return of_minutes


def agreements(roles):
    """Joint agreements: everybody in the bureau, and a partner those that it is party to."""
    return either(EVERYTHING if roles.inside else None, _partner(roles))


def templates_kept(roles):
    """Templates of kinds that one keeps: of organisations in one's scope, and the bureau's for the office."""
    bureau = Q(organisation__isnull=True) if roles.holds(Role.OFFICE) else None
    return either(bureau, roles.organisation_q("organisation", Role.SECRETARY, Role.OFFICE))


def agreement_records(roles):
    """Joint agreements that one keeps: led by an organisation in one's scope."""
    return roles.organisation_q("lead", Role.SECRETARY, Role.OFFICE)


def items_reported(roles):
    """Items whose progress one reports: of agreements that one keeps, and those that one answers for."""
    mine = Q(owner=roles.member.pk) if roles.member else None
    return either(mine, _of_agreement(agreement_records)(roles))


def _of_agreement(rule, field="agreement"):
    """A rule over agreements, for what hangs on them."""

    def of_agreement(roles):
        q = rule(roles)
        if q is None or not q:
            return q
        return Q(**{f"{field}__in": models.JointAgreement.objects.filter(q).values("pk")})

    return of_agreement


def suggestion_records(roles):
    """Suggestions that one decides on: of an organisation in one's scope."""
    return roles.organisation_q("organisation", Role.SECRETARY, Role.OFFICE)


def suggestions_handled(roles):
    """Suggestions that one's unit answers: it leads them, and one is of its management; deciders may too."""
    return either(roles.unit_q("lead_unit", Role.MANAGEMENT, Role.OFFICE), suggestion_records(roles))


def suggestions_rated(roles):
    """Suggestions whose answer one rates: those that one put forward; co-signers do not rate."""
    if not roles.member:
        return None
    mine = models.SuggestionAuthor.objects.filter(member=roles.member.pk, part=AuthorPart.AUTHOR)
    return Q(pk__in=mine.values("suggestion"))


def suggestions_published(roles):
    """Suggestions that one makes known as news: the party office's are those adopted and answered, each once."""
    if not roles.holds(Role.OFFICE):
        return None
    return Q(verdict=Verdict.ADOPTED, state__in=(SuggestionState.ANSWERED, SuggestionState.CLOSED), news=None)


def suggestions_assisted(roles):
    """Suggestions on which one reports progress or gives an opinion: one's unit handles them or assists."""
    q = roles.unit_q("unit", Role.MANAGEMENT)
    assisted = (
        models.Suggestion.assisting_units.through.objects.filter(q).values("suggestion") if q is not None else None
    )
    return either(suggestions_handled(roles), None if assisted is None else Q(pk__in=assisted))


def _in_session(roles):
    """Sessions that one runs: of activities that one keeps."""
    return _within(activity_records(roles), "activity")


def suggestion_links(roles):
    """Links of suggestions to what one may see oneself."""
    kinds = {"plot": Plot, "finding": Finding, "project": models.AgreementItem, "activity": models.Activity}
    found = []
    for field, model in kinds.items():
        q = policy_registry.get_by_type(model).rules["view"](roles)
        if q is not None:
            seen = model._base_manager.filter(q).order_by().values("pk") if q else None
            found.append(Q(**{f"{field}__isnull": False}) if seen is None else Q(**{f"{field}__in": seen}))
    return either(*found) if roles.inside else None


def feed_key(user, activity, *, everything=False, of=FEED):
    """What a screen sends with each poll, so that its reader's roles are not asked for again; good for an evening.

    `of` is what it opens: the voices of a session, or the screen of check-in (`HALL`). `everything` is the recorder's:
    it opens what the room does not see yet.
    """
    return signing.TimestampSigner(salt=of).sign(f"{activity.pk}:{user.pk}:{everything:d}")


def holds_feed_key(user, activity_pk, key, *, everything=False, of=FEED):
    """Whether `key` was given to `user`, for this activity and for this, within the last hours."""
    try:
        value = signing.TimestampSigner(salt=of).unsign(key, max_age=FEED_HOURS)
    except signing.BadSignature:
        return False
    return user.is_authenticated and value == f"{activity_pk}:{user.pk}:{everything:d}"


def named_authors(roles):
    """Authors that are shown: of named suggestions, and oneself."""
    if not roles.inside:
        return None
    named = Q(suggestion__unnamed=False)
    return named | Q(member=roles.member.pk) if roles.member else named


def member_add(roles):
    """Whoever is a member of staff."""
    return EVERYTHING if roles.member else None


def register():
    """Register a policy for every model of `activities` that is not a page."""
    kept = {"add": activity_records, "change": activity_records, "delete": activity_records}
    of_activity = {
        "view": lambda roles: _within(activities(roles), "activity"),
        "add": attendance_records,
        "change": attendance_records,
        "delete": attendance_records,
    }
    items = {action: _of_agreement(agreement_records) for action in ("add", "change", "delete")}
    of_minutes = {
        "view": _of_minutes(minutes),
        **{action: _of_minutes(minutes_written) for action in ("add", "change", "delete")},
    }
    table = {
        models.Activity: {"view": activities, **kept},
        models.ActivityHost: of_activity,
        models.ActivityKind: of_activity,
        models.Attendance: {**of_activity, "view": attendance},
        models.SignUp: {**of_activity, "view": attendance},
        models.ListChange: {**of_activity, "view": attendance_records},
        models.Invitation: {"view": _of_attendance(attendance), "change": _of_attendance(attendance_records)},
        models.Guest: {**of_activity, "view": lambda roles: _within(activity_records(roles), "activity")},
        models.Minutes: {"view": minutes, "add": minutes_kept, "change": minutes_written, "confirm": minutes_kept},
        models.Speech: of_minutes,
        models.Motion: of_minutes,
        models.LeftOut: {**of_minutes, "confirm": _of_minutes(minutes_kept)},
        models.Decision: {**of_minutes, "complete": decisions_completed},
        models.MinutesFile: of_minutes,
        models.Correction: {"view": _of_minutes(minutes), "add": _of_minutes(minutes_written)},
        models.ActivityTemplate: {
            "view": inside,
            "add": templates_kept,
            "change": templates_kept,
            "delete": templates_kept,
        },
        models.MeetingRule: {"view": inside, "change": office},
        models.StudyRule: {"view": inside, "change": office},
        models.StudyRecord: {
            "view": study_seen,
            "add": study_records,
            "change": study_records,
            "delete": study_records,
        },
        models.JointAgreement: {
            "view": agreements,
            "add": agreement_records,
            "change": agreement_records,
            "delete": office,
        },
        models.AgreementItem: {"view": _of_agreement(agreements), "report": items_reported, **items},
        models.AgreementParty: {"view": _of_agreement(agreements, "jointagreement")},
        models.ItemNote: {"view": _of_agreement(agreements, "item__agreement")},
        models.AgreementRule: {"view": inside, "change": office},
        models.Suggestion: {
            "view": inside,
            "add": member_add,
            "change": suggestion_records,
            "decide": suggestion_records,
            "handle": suggestions_handled,
            "assist": suggestions_assisted,
            "rate": suggestions_rated,
            "reveal": office,
            "publish": suggestions_published,
        },
        models.SuggestionAuthor: {"view": named_authors},
        models.SuggestionEvent: {"view": inside},
        models.Support: {"view": inside, "add": member_add},
        models.SuggestionSession: {"view": inside, "change": _in_session},
        models.Voice: {"view": inside},
        models.SuggestionFile: {"view": inside},
        models.SuggestionLink: {"view": suggestion_links},
        models.FeedToken: {"view": own_account(), "add": own_account(), "change": own_account()},
    }
    for model, rules in table.items():
        register_permission_policy(model, RolePolicy(model, **rules))
