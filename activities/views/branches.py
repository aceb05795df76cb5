"""Fragments about people that pages of `staff` fetch."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import attendance, branches, compliance, study
from activities.models import Attendance
from staff.access import inside, roles
from staff.choices import Role
from staff.models import Member

YEAR = timedelta(days=365)
SHOWN = 10


@require_safe
@inside
def of_member(request, pk):
    """What a member took part in during the past year: for themselves and those over their branch or unit."""
    member = get_object_or_404(Member.objects.visible_to(request.user).select_related("branch__unit", "unit"), pk=pk)
    held = roles(request.user)
    own = held.member is not None and held.member.pk == member.pk
    oversees = held.over_unit(member.unit, Role.MANAGEMENT, Role.OFFICE) or (
        member.branch is not None and held.over_organisation(member.branch, Role.SECRETARY, Role.OFFICE)
    )
    if not (own or oversees):
        return render(request, "activities/_of_member.html", {"closed": True})
    rows = list(
        attendance.attended(member=member, since=timezone.now() - YEAR).filter(
            pk__in=Attendance.objects.visible_to(request.user).values("pk")
        )
    )
    day = timezone.localdate()
    hours = study.of_members([member], year=day.year, on=day)[0] if member.in_party else None
    shown = {"rows": rows[:SHOWN], "hours": hours, "year": day.year, **attendance.figures_of(rows)}
    return render(request, "activities/_of_member.html", shown)


@require_safe
@inside
def of_branch(request, pk):
    """Where a branch stands with the rules of party life: for those who answer for it."""
    organisation = get_object_or_404(compliance.branches_of(request.user), pk=pk)
    cells = branches.standing(organisation, on=timezone.localdate())
    return render(request, "activities/_of_branch.html", {"cells": cells, "organisation": organisation})
