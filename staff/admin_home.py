"""The admin's first screen: what waits for whom, each figure a link to its rows."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from staff.access import roles
from staff.choices import Role
from staff.models import Grant, Member, PartyOrganisation, Plot, Posting, User

SOON = timedelta(days=60)


@dataclass(frozen=True)
class Task:
    """So many of something wait; the address shows them."""

    label: str
    count: int
    url: str


class WaitingPanel(Component):
    """A list of tasks; those of which none wait are not listed."""

    template_name = "staff/admin/waiting.html"

    def __init__(self, title, tasks, order):
        self.title, self.tasks, self.order = title, [task for task in tasks if task.count], order

    def get_context_data(self, parent_context):
        """The title and the tasks."""
        return {"title": self.title, "tasks": self.tasks}


def together(**rows):
    """How many rows each queryset has, all asked in one query."""
    counts = {
        name: Coalesce(
            Subquery(found.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")[:1]), 0
        )
        for name, found in rows.items()
    }
    # A row to hang the counts on, which is always there: who asks is signed in.
    return User.objects.order_by("pk").values(**counts)[:1].get() if counts else {}


def tasks(user, *, on):
    """What waits for `user` among people, plots and deployment; the counts take one query."""
    held = roles(user)
    waiting = {}
    if held.holds(Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE):
        empty = Plot.objects.empty(on).permitted(user, "change")
        waiting["empty"] = (_("无人负责的责任田"), empty, reverse("staff:plots"))
    if held.holds(Role.MANAGEMENT, Role.OFFICE):
        proposed = Posting.objects.permitted(user, "change").filter(state="proposed")
        waiting["proposed"] = (_("待批准的派驻"), proposed, reverse("staff_posting:index") + "?state=proposed")
    if held.holds(Role.OFFICE):
        ending = Grant.objects.on(on).filter(ends__lte=on + SOON)
        waiting["ending"] = (_("两个月内到期的授权"), ending, reverse("staff_grant:index"))
        terms = PartyOrganisation.objects.filter(term_ends__lte=on + SOON, external=False)
        url = reverse("staff_partyorganisation:index") + "?ordering=term_ends"
        waiting["terms"] = (_("两个月内届满或已届满的党组织"), terms, url)
    if held.holds(Role.SYSADMIN):
        without = Member.objects.in_service(on).filter(user=None)
        waiting["without"] = (_("尚无账号的在职人员"), without, reverse("staff_member:index"))
        strangers = User.objects.filter(member=None, is_active=True).filter(~Q(grants__isnull=False))
        waiting["strangers"] = (_("既无人员也无授权的账号"), strangers, reverse("wagtailusers_users:index"))
    return listed(waiting)


def listed(waiting):
    """The tasks of `waiting`: by name, the words, the rows that wait, and the address that shows them."""
    counts = together(**{name: rows for name, (_label, rows, _url) in waiting.items()})
    return [Task(label, counts[name], url) for name, (label, _rows, url) in waiting.items()]


def panel(user):
    """The panel of people, plots and deployment."""
    return WaitingPanel(_("待办事项"), tasks(user, on=timezone.localdate()), order=100)
