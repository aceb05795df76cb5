"""From minutes to an account that staff read: a draft of the activity's page begun with what may be told, never the
minutes themselves: no names, no speeches, no votes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import minutes as records
from activities import publishing
from activities.choices import ActivityState
from activities.models import ActivityPage
from staff.access import allowed


def may_tell(*, activity, user):
    """Whether `user` may begin the account of `activity`: they keep its record, and it has a face."""
    return activity.has_face and activity.state == ActivityState.HELD and allowed(user, "change", activity)


def beginning(minutes):
    """What the account starts with: the gathering in one sentence, what was dealt with, what was decided."""
    activity, roll = minutes.activity, records.roll(minutes)
    day = activity.day
    opening = _(
        "%(month)s月%(day)s日，%(hosts)s在%(place)s开展%(kinds)s“%(title)s”，应到%(expected)s人，实到%(there)s人。"
    ) % {
        "month": day.month,
        "day": day.day,
        "hosts": "、".join(str(host.organisation) for host in activity.hosts.all()),
        "place": activity.place,
        "kinds": "、".join(str(label) for label in activity.kind_labels),
        "title": activity.title,
        "expected": roll.expected,
        "there": roll.there,
    }
    body = [("heading", _("活动纪实")), ("text", f"<p>{escape(opening)}</p>{_points(minutes.agenda)}")]
    carried = [motion.title for motion in minutes.motions.all() if motion.is_carried]
    decided = [*carried, *(decision.text for decision in minutes.decisions.all())]
    if decided:
        rows = format_html_join("", "<li>{}</li>", ((text,) for text in decided))
        body += [("heading", _("议定事项")), ("text", format_html("<ul>{}</ul>", rows))]
    return body


def _points(agenda):
    lines = [line.strip() for line in agenda.splitlines() if line.strip()]
    return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((line,) for line in lines))) if lines else ""


@transaction.atomic
def draft(*, minutes, by):
    """The activity's page with a new draft that has the beginning of the account; what readers see stays as it is.

    Begun once: an account already there is gone on with.
    """
    if not may_tell(activity=minutes.activity, user=by):
        raise ValidationError(_("活动尚未开展，或只作记录，不能起草活动报道。"), code="state")
    page = ActivityPage.objects.filter(activity=minutes.activity).first()
    if page is None:
        page = publishing.publish(activity=minutes.activity, by=by, live=False)
    page = page.get_latest_revision_as_object()
    headings = {block.value for block in page.body if block.block_type == "heading"}
    begun = beginning(minutes)
    if begun[0][1] not in headings:
        page.body.extend(begun)
        page.save_revision(user=by)
        log(instance=minutes, action="activities.minutes.account", user=by, data={"page": page.pk})
    return page
