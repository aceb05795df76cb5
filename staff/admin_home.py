"""The admin's first screen: what waits for whom, each figure a link to its rows."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
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


def tasks(user, *, on):
    """What waits for `user` among people, plots and deployment; a fixed number of counts for each role."""
    held = roles(user)
    found = []
    if held.holds(Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE):
        empty = Plot.objects.empty(on).permitted(user, "change").count()
        found.append(Task(_("无人负责的责任田"), empty, reverse("staff:plots")))
    if held.holds(Role.MANAGEMENT, Role.OFFICE):
        proposed = Posting.objects.permitted(user, "change").filter(state="proposed").count()
        found.append(Task(_("待批准的派驻"), proposed, reverse("staff_posting:index") + "?state=proposed"))
    if held.holds(Role.OFFICE):
        ending = Grant.objects.on(on).filter(ends__lte=on + SOON).count()
        found.append(Task(_("两个月内到期的授权"), ending, reverse("staff_grant:index")))
        terms = PartyOrganisation.objects.filter(term_ends__lte=on + SOON, external=False).count()
        found.append(
            Task(
                _("两个月内届满或已届满的党组织"),
                terms,
                reverse("staff_partyorganisation:index") + "?ordering=term_ends",
            )
        )
    if held.holds(Role.SYSADMIN):
        without = Member.objects.in_service(on).filter(user=None).count()
        found.append(Task(_("尚无账号的在职人员"), without, reverse("staff_member:index")))
        strangers = User.objects.filter(member=None, is_active=True).filter(~Q(grants__isnull=False)).count()
        found.append(Task(_("既无人员也无授权的账号"), strangers, reverse("wagtailusers_users:index")))
    return found


def panel(user):
    """The panel of people, plots and deployment."""
    return WaitingPanel(_("待办事项"), tasks(user, on=timezone.localdate()), order=100)
