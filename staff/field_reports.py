"""Field reports (工作日志): written by the person in post, by the day or the week and without a forced rhythm; read by
host and home."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff.choices import ReportSpan
from staff.models import FieldReport


def _filed_under(posting, span, day):
    """The day that a report is filed under: a week's is its Monday, or the first day of the posting."""
    if not posting.is_served or not posting.in_force(day) or day > timezone.localdate():
        raise ValidationError({"day": _("日志日期须在派驻期间内，且不晚于今天。")})
    if span == ReportSpan.WEEK:
        return max(day - timedelta(days=day.weekday()), posting.starts)
    return day


@transaction.atomic
def write(*, posting, span, day, text, by):
    """A report on a day of the posting that is not in the future, or on its week; one a day and one a week."""
    report = FieldReport(posting=posting, span=span, day=_filed_under(posting, span, day), text=text)
    _store(report)
    log(instance=report, action="staff.report.write", user=by)
    return report


@transaction.atomic
def edit(*, report, span, day, text, by):
    """Correct what one wrote."""
    report = FieldReport.objects.select_for_update(of=("self",)).select_related("posting").get(pk=report.pk)
    report.span, report.day, report.text = span, _filed_under(report.posting, span, day), text
    _store(report)
    log(instance=report, action="staff.report.edit", user=by)
    return report


def _store(report):
    """Save it; that there is one already stands beside the day."""
    report.full_clean(validate_constraints=False)
    others = FieldReport.objects.filter(posting=report.posting_id, span=report.span, day=report.day)
    if others.exclude(pk=report.pk).exists():
        text = _("这一周的日志已填写。") if report.span == ReportSpan.WEEK else _("该日期的日志已填写。")
        raise ValidationError({"day": text}, code="twice")
    report.save()
