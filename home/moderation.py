"""Moderation of pages: what its steps tell people, and what its workflow is called in the reader's language."""

from django.db.models.signals import post_init, pre_save
from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop
from wagtail.models import GroupApprovalTask, Task, TaskState, Workflow, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from staff import seeded
from staff.choices import NotificationKind
from staff.models import User
from staff.notifications import notify, worded

(WORKFLOW,) = seeded.know(gettext_noop("党建办审核"))


def connect():
    """Tell by messages of our own, instead of mail that Wagtail sends inside the request in the actor's language.

    Wagtail's receivers have names, and who connects first under a name is heard alone: this comes before
    `wagtail.admin` is ready.
    """
    for signal, sender, tell, name in (
        (task_submitted, TaskState, submitted, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, silent, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, rejected, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, approved, "workflow_state_approved_email_notification"),
    ):
        signal.connect(tell, sender=sender, dispatch_uid=name)
    for model in (Workflow, Task, GroupApprovalTask):
        post_init.connect(translate, sender=model, dispatch_uid=f"home.moderation.{model.__name__}")
        pre_save.connect(keep, sender=model, dispatch_uid=f"home.moderation.{model.__name__}")


def submitted(sender, instance, user=None, **kwargs):
    """Whoever may approve the page is told that it waits."""
    groups = getattr(instance.task.specific, "groups", None)
    users = User.objects.filter(groups__in=groups.all(), is_active=True).distinct() if groups else []
    text = gettext_lazy("有页面待审核：%(title)s")
    _tell(instance.workflow_state, users, text, user, f"task:{instance.pk}")


def silent(sender, **kwargs):
    """Of the workflow as a whole nobody is told: its first task tells."""


def approved(sender, instance, user=None, **kwargs):
    """Whoever submitted the page is told that it is published."""
    text = gettext_lazy("您提交的页面已通过审核：%(title)s")
    _tell(instance, [instance.requested_by], text, user, f"approved:{instance.pk}")


def rejected(sender, instance, user=None, **kwargs):
    """Whoever submitted the page is told why it comes back."""
    comment = instance.current_task_state.get_comment()
    text = (
        gettext_lazy("您提交的页面未通过审核：%(title)s。说明：%(comment)s")
        if comment
        else gettext_lazy("您提交的页面未通过审核：%(title)s")
    )
    _tell(instance, [instance.requested_by], text, user, f"rejected:{instance.pk}", comment=comment)


def _tell(state, users, text, by, key, **more):
    page = state.content_object
    notify(
        users=[user for user in users if user is not None and user != by],
        kind=NotificationKind.SYSTEM,
        text=worded(text, {"title": page.get_admin_display_title(), **more}),
        address=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        key=f"moderation:{key}",
    )


def translate(sender, instance, **kwargs):
    """Wagtail shows the name as it stands in the table; the one that we gave is read in the reader's language."""
    if instance.__dict__.get("name") == WORKFLOW:
        instance.name = seeded.shown(WORKFLOW)


def keep(sender, instance, **kwargs):
    """What was only translated is kept as it was."""
    if instance.name == seeded.shown(WORKFLOW):
        instance.name = WORKFLOW
