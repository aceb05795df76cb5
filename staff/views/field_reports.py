"""Field reports, the opinions at a posting's end, and what somebody did in all."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, FormView

from staff import access, field_reports, opinions, service_records
from staff.choices import ReportSpan, Side
from staff.forms.field_reports import OpinionForm, ReportFilter, ReportForm
from staff.forms.fields import put_errors
from staff.models import FieldReport, Member, Posting, Unit
from staff.views.lists import ScopedListView


class ReportListView(ScopedListView):
    """Reports of one's scope, the latest first; a person in post writes from here."""

    template_name = "staff/report_list.html"
    filename = pgettext_lazy("list", "工作日志")
    headers = (
        gettext_lazy("日期"),
        gettext_lazy("类型"),
        gettext_lazy("姓名"),
        gettext_lazy("派出单位"),
        gettext_lazy("接收单位"),
        gettext_lazy("内容"),
    )

    def get_queryset(self):
        """Reports that the reader may see and that match."""
        seen = FieldReport.objects.visible_to(self.request.user)
        units = Unit.objects.filter(pk__in=seen.order_by().values("posting__host_unit"))
        self.filter = ReportFilter(self.request.GET, units=units)
        rows = seen.select_related("posting__member", "posting__host_unit", "posting__home_unit")
        if text := self.filter.value("q"):
            rows = rows.filter(Q(text__icontains=text) | Q(posting__member__name__icontains=text))
        if unit := self.filter.value("unit"):
            rows = rows.filter(posting__host_unit=unit)
        if span := self.filter.value("span"):
            rows = rows.filter(span=span)
        if since := self.filter.value("since"):
            rows = rows.filter(day__gte=since)
        if until := self.filter.value("until"):
            rows = rows.filter(day__lte=until)
        return rows

    def get_context_data(self, **kwargs):
        """Add the reader's own posting, if they serve today."""
        member = access.roles(self.request.user).member
        own = Posting.objects.on(timezone.localdate()).filter(member=member).first() if member else None
        return super().get_context_data(own=own, member=member, **kwargs)

    def workbook_row(self, report):
        """One line of the workbook."""
        posting = report.posting
        return [
            report.day,
            report.get_span_display(),
            posting.member.name,
            posting.home_unit.name,
            posting.host_unit.name,
            report.text,
        ]


class ReportFormView(access.InsideMixin, FormView):
    """A report's form; what was typed stays on the phone until it is stored."""

    template_name = "staff/report_form.html"
    form_class = ReportForm

    def form_valid(self, form):
        """Store it, or show what is wrong."""
        try:
            self.store(form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("日志已保存。"))
        return redirect(self.posting)

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ReportAddView(ReportFormView):
    """Write a report under one's own posting."""

    def dispatch(self, request, *args, **kwargs):
        """Find one's own posting, as long as it is one that serves or served."""
        if request.user.is_authenticated:
            rows = Posting.objects.permitted(request.user, "report").served().select_related("host_unit")
            self.posting = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """Of this week, or of the posting's last one."""
        return {"day": min(timezone.localdate(), self.posting.ends), "span": ReportSpan.WEEK}

    def get_context_data(self, **kwargs):
        """The posting, and under which name the text is kept."""
        return super().get_context_data(posting=self.posting, keep=f"report-{self.posting.pk}", **kwargs)

    def store(self, data):
        """Write it."""
        field_reports.write(posting=self.posting, by=self.request.user, **data)


class ReportEditView(ReportFormView):
    """Correct one's own report."""

    def dispatch(self, request, *args, **kwargs):
        """Find one's own report."""
        if request.user.is_authenticated:
            rows = FieldReport.objects.permitted(request.user, "change").select_related("posting__host_unit")
            self.report = get_object_or_404(rows, pk=kwargs["pk"])
            self.posting = self.report.posting
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """What stands there."""
        return {"day": self.report.day, "span": self.report.span, "text": self.report.text}

    def get_context_data(self, **kwargs):
        """The report and its posting."""
        return super().get_context_data(posting=self.posting, report=self.report, **kwargs)

    def store(self, data):
        """Change it."""
        field_reports.edit(report=self.report, by=self.request.user, **data)


class OpinionView(access.InsideMixin, FormView):
    """Give one side's opinion on a posting at its end; once."""

    template_name = "staff/opinion_form.html"
    form_class = OpinionForm

    def dispatch(self, request, *args, **kwargs):
        """Find the posting, if the reader speaks for that side."""
        if request.user.is_authenticated:
            if kwargs["side"] not in Side.values:
                raise Http404
            self.side = Side(kwargs["side"])
            rows = Posting.objects.permitted(request.user, f"opinion_{self.side}").served()
            related = ("member", "host_unit", "home_unit", "round")
            self.posting = get_object_or_404(rows.select_related(*related), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        """The form, as long as that side has not spoken and the end is near."""
        if not opinions.is_due(self.posting, timezone.localdate()):
            messages.error(request, _("派驻结束前%(n)d天起可出具鉴定。") % {"n": opinions.DAYS_BEFORE_END})
            return redirect(self.posting)
        if self.posting.opinions.filter(side=self.side).exists():
            messages.error(request, _("该方已出具鉴定意见。"))
            return redirect(self.posting)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        """Signed today by who fills it in."""
        member = access.roles(self.request.user).member
        return {"signed_on": timezone.localdate(), "signed_by": member.name if member else ""}

    def get_context_data(self, **kwargs):
        """The posting with its figures, which the opinion stands on."""
        posting, day = self.posting, timezone.localdate()
        return super().get_context_data(
            posting=posting,
            side=self.side,
            is_self=self.side == Side.SELF,
            days=posting.days_in_post(day),
            reports=posting.reports.count(),
            duties=posting.duties.filter(shift__ends__lte=timezone.now()).count(),
            **kwargs,
        )

    def form_valid(self, form):
        """Write it down, or show what is wrong."""
        try:
            opinions.give(posting=self.posting, side=self.side, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已保存。"))
        return redirect(self.posting)

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _record(request, member):
    """The record that the reader may see; nothing of others where they may see no posting."""
    found = service_records.record(member=member, user=request.user, day=timezone.localdate())
    if not found.services and access.roles(request.user).member != member:
        raise Http404
    return found


class ServiceRecordView(access.InsideMixin, DetailView):
    """What somebody did at the front line, posting by posting."""

    template_name = "staff/service_record.html"

    def get_queryset(self):
        """People of the bureau."""
        return Member.objects.visible_to(self.request.user).select_related("unit")

    def get_context_data(self, **kwargs):
        """The record."""
        return super().get_context_data(member=self.object, record=_record(self.request, self.object), **kwargs)


@require_safe
@access.inside
def service_record_file(request, pk):
    """The record as a Word file."""
    member = get_object_or_404(Member.objects.visible_to(request.user).select_related("unit"), pk=pk)
    found = _record(request, member)
    return service_records.paper(found).response(_("%(name)s下沉一线服务记录") % {"name": member.name})
