"""What time brings to agreements: the secretary of the lead is told once of what ends soon and of what lies dormant."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import agreements
from activities.choices import ItemState
from activities.models import AgreementItem, JointAgreement
from activities.suggestions.messages import deciders
from staff.choices import NotificationKind
from staff.models import Notification
from staff.notifications import notify, worded


def due(now):
    """Tell of agreements that end soon or lie dormant, and an item's owner that it is overdue; each once."""
    day, rule = timezone.localdate(now), agreements.rule()
    found = [*_ending(day, rule), *_dormant(day, rule), *_overdue(day)]
    told = set(Notification.objects.filter(key__in=[key for key, *_rest in found]).values_list("key", flat=True))
    for key, users, text, address in found:
        if key not in told:
            notify(users=users(), kind=NotificationKind.ACTIVITY, text=text, address=address, key=key)


def _ending(day, rule):
    rows = JointAgreement.objects.select_related("lead")
    for row in agreements.ending(rows, day, rule):
        facts = {"title": row.title, "day": row.ends}
        text = worded(_("共建协议“%(title)s”将于%(day)s到期，请研究续签。"), facts)
        yield f"agreement:{row.pk}:ending:{row.ends}", _secretary(row), text, row.get_absolute_url()


def _dormant(day, rule):
    rows = agreements.with_last_activity(JointAgreement.objects.select_related("lead"))
    for row in agreements.dormant(rows, day, rule):
        last = timezone.localdate(row.last_activity) if row.last_activity else row.starts
        facts = {"title": row.title, "months": rule.dormant_months}
        text = worded(_("共建协议“%(title)s”已有%(months)d个月没有开展活动。"), facts)
        yield f"agreement:{row.pk}:dormant:{last}", _secretary(row), text, row.get_absolute_url()


def _overdue(day):
    """Items past their day under agreements in force, whose owner has an account."""
    rows = AgreementItem.objects.filter(due__lt=day, owner__user__is_active=True).exclude(state=ItemState.DONE)
    in_force = agreements.in_state(JointAgreement.objects.order_by(), agreements.AgreementState.IN_FORCE, day)
    rows = rows.filter(agreement__in=in_force.values("pk")).select_related("owner__user", "agreement")
    for row in rows:
        facts = {"title": row.title, "day": row.due}
        text = worded(_("共建事项“%(title)s”已过完成时限%(day)s，请更新进展。"), facts)
        address = f"{row.agreement.get_absolute_url()}#item-{row.pk}"
        yield f"agreement-item:{row.pk}:overdue:{row.due}", lambda user=row.owner.user: [user], text, address


def _secretary(agreement):
    return lambda: deciders(agreement.lead)
