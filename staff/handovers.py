"""Handing plots over: asked for when a holder is posted away, leaves or changes unit, and done once."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff import plots
from staff.choices import FindingState, HandoverCause, NotificationKind, PostKind, Role
from staff.models import Assignment, Finding, Grant, Handover, Notification, Plot, Post, User
from staff.notifications import notify, worded

LIST_ADDRESS = "/plots/handovers/"


def keepers(units, day):
    """Who assigns plots at each of `units` on `day`: the people nearest to it in the tree, as users by the unit's path.

    Management of the unit and secretaries of its organisations; where neither it nor a unit above it has any, the
    party office. Three queries for any number of units.
    """
    found = defaultdict(set)
    grants = Grant.objects.on(day).filter(role=Role.MANAGEMENT).exclude(unit=None)
    for path, user in grants.order_by().values_list("unit__path", "user"):
        found[path].add(user)
    posts = Post.objects.on(day).filter(kind=PostKind.SECRETARY, member__user__is_active=True)
    for path, user in posts.order_by().values_list("organisation__unit__path", "member__user"):
        found[path].add(user)
    office = set(Grant.objects.on(day).filter(role=Role.OFFICE).values_list("user", flat=True))
    return {unit.path: _nearest(unit.path, found) or office for unit in units}


def _nearest(path, found):
    while path:
        if path in found:
            return found[path]
        path = path[:-4]
    return set()


def due(now):
    """Ask, once for each person and cause, the keepers of their plots for a handover."""
    day = timezone.localdate(now)
    waiting = defaultdict(list)
    for row in Assignment.objects.to_hand_over(day).select_related("member", "plot__unit"):
        waiting[f"handover:{row.member_id}:{row.cause}:{row.caused_on}"].append(row)
    told = set(Notification.objects.filter(key__in=list(waiting)).values_list("key", flat=True))
    fresh = {key: rows for key, rows in waiting.items() if key not in told}
    if not fresh:
        return
    reach = keepers({row.plot.unit for rows in fresh.values() for row in rows}, day)
    users = {user.pk: user for user in User.objects.filter(pk__in=set().union(*reach.values()), is_active=True)}
    for key, rows in fresh.items():
        asked = set().union(*(reach[row.plot.unit.path] for row in rows))
        notify(
            users=[users[pk] for pk in sorted(asked & users.keys())],
            kind=NotificationKind.PLOT,
            text=worded(
                gettext_lazy("%(name)s%(cause)s（%(day)s），名下%(number)d块责任田请安排交接。"),
                {
                    "name": rows[0].member.name,
                    "cause": HandoverCause(rows[0].cause).label,
                    "day": rows[0].caused_on,
                    "number": len(rows),
                },
            ),
            address=LIST_ADDRESS,
            key=key,
        )


@transaction.atomic
def hand_over(*, assignment, day, successor=None, keep=False, open_matters="", by):
    """Give what `assignment` holds to `successor` (a member) on `day`, end it where there is none, or note that its
    holder keeps it (`keep`).

    On the day of the handover both hold the plot. Open findings that the old holder was to mend go to the new one.
    Raises when no handover is asked for any more, or the day or the successor will not do.
    """
    Plot.objects.select_for_update().get(pk=assignment.plot_id)
    asked = Assignment.objects.to_hand_over(timezone.localdate()).select_related("member", "plot")
    assignment = asked.filter(pk=assignment.pk).first()
    if assignment is None:
        raise ValidationError(_("该责任田已由他人办理交接，请刷新页面查看。"), code="stale")
    if keep and assignment.cause == HandoverCause.LEFT:
        raise ValidationError(_("原责任人离职，不能继续负责。"))
    if successor == assignment.member:
        raise ValidationError({"successor": _("接手人不能是原责任人。")})
    taken = None
    if successor is not None:
        if not successor.serves(day):
            raise ValidationError({"successor": _("接手人在交接日期已离职。")})
        taken = _taken(assignment, successor, day, by)
        _move_findings(assignment, successor)
    if not keep:
        plots.end_assignment(assignment=assignment, on=day, by=by)
    done = Handover(
        assignment=assignment,
        cause=assignment.cause,
        caused_on=assignment.caused_on,
        day=day,
        successor=taken,
        open_matters=open_matters,
    )
    done.full_clean()
    done.save()
    log(instance=done, action="staff.plot.hand_over", user=by, data={"plot": assignment.plot_id})
    return done


def _taken(assignment, successor, day, by):
    """The successor's holding of the plot in the same part: the one that they have already, or a new one."""
    own = Assignment.objects.on(day).filter(plot=assignment.plot, member=successor, role=assignment.role).first()
    return own or plots.assign(plot=assignment.plot, member=successor, role=assignment.role, starts=day, by=by)


def _move_findings(assignment, successor):
    rows = Finding.objects.filter(
        visit__assignment__plot=assignment.plot, owner=assignment.member, state=FindingState.OPEN
    )
    rows.update(owner=successor)


@transaction.atomic
def hand_over_all(*, assignments, **fields):
    """Several holdings of one person to one successor; all of them or none."""
    return [hand_over(assignment=one, **fields) for one in assignments]
