"""Reports of updates and comments to the party office (举报), and what it decides about them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from home import comments, updates
from home.models import Comment, Report, ReportOutcome, Update
from staff.choices import NotificationKind, Role
from staff.models import Grant, User
from staff.notifications import notify


def office():
    """The accounts of the party office today."""
    grants = Grant.objects.on(timezone.localdate()).filter(role=Role.OFFICE)
    return User.objects.filter(pk__in=grants.values("user"), is_active=True)


@transaction.atomic
def report(*, target, reason, detail, by):
    """Bring an update or a comment before the office, each person once; its words are kept as they are now."""
    of = {"comment" if isinstance(target, Comment) else "update": target}
    known = Report.objects.filter(**of, by=by).first()
    if known is not None:
        return known
    row = Report(**of, quoted=target.text, author=target.author, by=by, reason=reason, detail=detail)
    row.full_clean()
    row.save()
    log(instance=row, action="home.report.send", user=by)
    notify(
        users=list(office()),
        kind=NotificationKind.UPDATE,
        text=lambda: _("有一条内容被举报，请处理：%(text)s") % {"text": target.text[:80]},
        address=reverse("home:reports"),
        key=f"report:{row.pk}",
    )
    return row


@transaction.atomic
def handle(*, report, outcome, answer, by):
    """Decide a report, with all others of the same words: hide them, or leave them; who reported is told."""
    row = Report.objects.select_for_update(of=("self",)).select_related("update", "comment").get(pk=report.pk)
    if not row.is_waiting:
        raise ValidationError(_("这条举报已经处理过了。"))
    if not answer:
        raise ValidationError({"answer": _("请填写处理说明。")})
    if outcome not in (ReportOutcome.HIDDEN, ReportOutcome.KEPT):
        raise ValidationError({"outcome": _("请选择处理结果。")})
    target = row.target
    if outcome == ReportOutcome.HIDDEN:
        if isinstance(target, Update):
            updates.hide(update=target, because=answer, by=by)
        elif target is not None:
            comments.remove(comment=target, because=answer, by=by)
    same = Report.objects.filter(comment=row.comment, update=row.update, outcome=ReportOutcome.WAITING)
    rows = list(same.select_related("by")) if target is not None else [row]
    decided = {"outcome": outcome, "answer": answer, "handled_by": by, "handled_at": timezone.now()}
    Report.objects.filter(pk__in=[one.pk for one in rows]).update(**decided)
    for one in rows:
        log(instance=one, action="home.report.handle", user=by, data={"outcome": outcome})
        notify(
            users=[one.by],
            kind=NotificationKind.UPDATE,
            text=lambda: (
                _("您的举报已处理（%(outcome)s）：%(answer)s")
                % {"outcome": ReportOutcome(outcome).label, "answer": answer}
            ),
            address="/updates/",
            key=f"report-handled:{one.pk}",
        )
    return rows
