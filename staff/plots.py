"""Who holds which plot: assigning, ending, and how well an area is covered."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff.choices import AssignmentRole, NotificationKind
from staff.models import Assignment, Plot
from staff.notifications import notify, worded
from staff.rows import RowErrors
from staff.visits import due


@transaction.atomic
def assign(
    *, plot, member=None, officer_name="", officer_phone="", officer_organisation=None, role, starts, ends=None, by
):
    """Give a plot to a member, or note a partner's grid officer. Raises when they hold it in that part already."""
    plot = Plot.objects.select_for_update().get(pk=plot.pk)
    if plot.closed_on and plot.closed_on <= starts:
        raise ValidationError(_("该责任田已撤销，不能再分派。"), code="transition")
    assignment = Assignment(
        plot=plot,
        member=member,
        officer_name=officer_name,
        officer_phone=officer_phone,
        officer_organisation=officer_organisation,
        role=role,
        starts=starts,
        ends=ends,
    )
    assignment.full_clean()
    same = Q(member=member) if member else Q(officer_name=officer_name)
    held = plot.assignments.filter(same, role=role).filter(Q(ends__isnull=True) | Q(ends__gte=starts))
    if (held.filter(starts__lte=ends) if ends else held).exists():
        raise ValidationError({"member" if member else "officer_name": _("该人员在这段时间已承担同一分工。")})
    assignment.save()
    log(instance=assignment, action="staff.plot.assign", user=by, data={"plot": plot.pk})
    if member and member.user and member.user != by:
        notify(
            users=[member.user],
            kind=NotificationKind.PLOT,
            text=worded(
                gettext_lazy("您自%(day)s起为%(plot)s的%(role)s。"),
                {"day": starts, "plot": plot.name, "role": AssignmentRole(role).label},
            ),
            address=plot.get_absolute_url(),
            key=f"assignment:{assignment.pk}",
        )
    return assignment


@transaction.atomic
def assign_many(*, rows, by):
    """Store a table of assignments, all or none: `rows` are what `assign` takes, by their place in the table.

    Raises `RowErrors` with what is wrong in each row.
    """
    stored, errors = [], {}
    for place, row in rows.items():
        try:
            with transaction.atomic():
                stored.append(assign(by=by, **row))
        except ValidationError as error:
            errors[place] = error
    if errors:
        raise RowErrors(errors)
    return stored


@transaction.atomic
def end_assignment(*, assignment, on, by):
    """Make `on` the last day of somebody's holding. Visits made under it stay; none may lie after its end."""
    assignment = Assignment.objects.select_for_update(of=("self",)).select_related("plot").get(pk=assignment.pk)
    if assignment.ends and assignment.ends <= on:
        raise ValidationError({"ends": _("该分工已于%(day)s结束。") % {"day": assignment.ends}}, code="stale")
    if assignment.visits.filter(day__gt=on, flagged=False).exists():
        raise ValidationError({"ends": _("该日之后已有走访记录，请选择更晚的日期。")})
    assignment.ends = on
    assignment.full_clean()
    assignment.save()
    log(instance=assignment, action="staff.plot.end_assignment", user=by, data={"plot": assignment.plot_id})
    return assignment


def is_thin(plot):
    """Whether a held plot lacks technicians or grid officers (fetched `with_cover`)."""
    return plot.holders > 0 and (
        plot.technicians < plot.technicians_needed or plot.grid_officers < plot.grid_officers_needed
    )


def state_of(plot, day):
    """Due state of a plot fetched `with_cover`, whoever visits it; None when nobody holds it."""
    return due(plot=plot, since=plot.held_since, last_visit=plot.last_visit, day=day) if plot.holders else None
