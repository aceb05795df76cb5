"""What reaches people about an activity: the call, what has changed, what was called off, what begins soon."""

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from activities.choices import SignUpState
from staff.choices import NotificationKind, PostKind
from staff.models import Post, Preference, User
from staff.notifications import notify

DECIDERS = (PostKind.SECRETARY, PostKind.DEPUTY, PostKind.GROUP_LEADER)


def moment(at):
    """Day and time, as the language in force writes them."""
    at = timezone.localtime(at)
    return f"{date_format(at, 'MONTH_DAY_FORMAT')} {at:%H:%M}"


def span(starts, ends):
    """From when to when, the day named once where it is one day."""
    last = timezone.localtime(ends)
    same = timezone.localdate(starts) == last.date()
    return f"{moment(starts)}—{last:%H:%M}" if same else f"{moment(starts)}—{moment(ends)}"


def _users(members, by=None):
    """The active accounts of `members` (a queryset or ids), but for the one who does it."""
    users = User.objects.filter(is_active=True, member__in=members)
    return users.exclude(pk=by.pk) if by else users


def concerned(activity):
    """Members whom a change concerns: everybody on the list, and who waits for a place."""
    waiting = activity.sign_ups.filter(state=SignUpState.WAITING).order_by().values("member")
    listed = activity.attendances.order_by().values("member")
    return Q(member__in=listed) | Q(member__in=waiting)


def called(activity, *, members, key, by):
    """The notice of an activity to those newly called."""
    notify(
        users=list(_users(members, by)),
        kind=NotificationKind.ACTIVITY,
        text=lambda: _("请您参加：%(title)s，%(when)s，%(place)s。请打开查看并答复。") % _facts(activity),
        address=activity.get_absolute_url(),
        key=key,
    )


def _facts(activity):
    return {"title": activity.title, "when": span(activity.starts, activity.ends), "place": activity.place}


def moved(activity, *, before, apart_from, by):
    """What time and place were and what they are now, once a change; `before` is (starts, ends, place).

    Members `apart_from` are called just now and know nothing else.
    """
    starts, ends, place = before

    def text():
        lines = []
        if (starts, ends) != (activity.starts, activity.ends):
            spans = {"before": span(starts, ends), "now": span(activity.starts, activity.ends)}
            lines.append(_("时间由%(before)s改为%(now)s") % spans)
        if place != activity.place:
            places = {"before": _short(place), "now": _short(activity.place)}
            lines.append(_("地点由“%(before)s”改为“%(now)s”") % places)
        changes = pgettext("between clauses", "；").join(lines)
        return _("活动有变：%(title)s，%(changes)s。") % {"title": _short(activity.title), "changes": changes}

    _tell_concerned(activity, text, f"moved:{activity.version}", by, apart_from)


def _short(text):
    """So much of a name that what was and what is now both fit into one message."""
    return text if len(text) <= 60 else f"{text[:59]}…"


def cancelled(activity, *, by):
    """That an activity is called off, and why."""
    facts = {"title": _short(activity.title), "reason": activity.cancelled_because}
    _tell_concerned(
        activity,
        lambda: _("活动取消：%(title)s(%(when)s)。原因：%(reason)s") % (_facts(activity) | facts),
        f"cancelled:{activity.version}",
        by,
    )


def _tell_concerned(activity, text, what, by, apart_from=()):
    users = User.objects.filter(concerned(activity), is_active=True).exclude(member__in=apart_from)
    notify(
        users=list(users.exclude(pk=by.pk) if by else users),
        kind=NotificationKind.ACTIVITY,
        text=text,
        address=activity.get_absolute_url(),
        key=f"activity:{activity.pk}:{what}",
    )


def left_out(activity, *, members, key, by):
    """That those who were called need not come."""
    text = gettext_lazy("您不再列入“%(title)s”(%(when)s)的应到名单。")
    _tell(activity, members, NotificationKind.ACTIVITY, text, key, by)


def unopened(activity, *, members, by):
    """A second notice to those who have not opened the first, once."""
    text = gettext_lazy("请查看活动通知：%(title)s，%(when)s，%(place)s。")
    key = f"activity:{activity.pk}:unopened"
    _tell(activity, _wanting(members), NotificationKind.REMINDER, text, key, by)


def begins(activity, *, members, what, text):
    """A reminder of what begins soon, to those who want reminders; once a start."""
    _tell(
        activity,
        _wanting(members),
        NotificationKind.REMINDER,
        text,
        f"activity:{activity.pk}:{what}:{activity.starts:%Y%m%d%H%M}",
        None,
    )


def _wanting(members):
    """Of `members` those who have not turned reminders off, in the portal as well as by e-mail."""
    members = list(members)
    muted = Preference.objects.filter(user__member__in=members).values_list("user__member", "muted")
    off = {member for member, kinds in muted if NotificationKind.REMINDER in kinds}
    return [member for member in members if member not in off]


def _tell(activity, members, kind, text, key, by, **more):
    notify(
        users=list(_users(members, by)),
        kind=kind,
        text=lambda: text % (_facts(activity) | more),
        address=activity.get_absolute_url(),
        key=key,
    )


def leave_asked(activity, *, member, address, key):
    """To those who decide: somebody asks for leave. The reason stays on the page."""
    _tell_deciders(
        activity, member, gettext_lazy("%(name)s申请请假：%(title)s(%(when)s)，请审批。"), address, f"{key}:asked"
    )


def leave_withdrawn(activity, *, member, address, key):
    """To those who decide: somebody whose leave was approved comes after all."""
    _tell_deciders(
        activity, member, gettext_lazy("%(name)s撤回请假，将参加：%(title)s(%(when)s)。"), address, f"{key}:withdrawn"
    )


def _tell_deciders(activity, member, text, address, key):
    hosts = activity.hosts.filter(lead=True).values("organisation")
    posts = Post.objects.on(timezone.localdate()).filter(organisation__in=hosts, kind__in=DECIDERS)
    deciding = Q(member__in=posts.order_by().values("member"))
    users = User.objects.filter(deciding | Q(pk=activity.created_by_id), is_active=True).exclude(member=member)
    notify(
        users=list(users),
        kind=NotificationKind.ACTIVITY,
        text=lambda: text % {"name": member.name, **_facts(activity)},
        address=address,
        key=key,
    )


def leave_decided(activity, *, member, approved, reason, key, by):
    """To who asked: leave is given, or not and why."""
    text = (
        gettext_lazy("您的请假已获批准：%(title)s(%(when)s)。")
        if approved
        else gettext_lazy("您的请假未获批准：%(title)s(%(when)s)。原因：%(reason)s")
    )
    more = {"reason": reason, "title": _short(activity.title)}
    _tell(activity, [member.pk], NotificationKind.ACTIVITY, text, key, by, **more)


def place_found(activity, *, member, key):
    """To the first of the waiting list: a place has become free."""
    text = gettext_lazy("您已由候补转为正式报名：%(title)s，%(when)s，%(place)s。")
    _tell(activity, [member.pk], NotificationKind.ACTIVITY, text, key, None)
