"""Handovers that wait: holdings of people who left, moved or were posted away, and the form that settles one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, ListView

from staff import access, handovers
from staff.choices import HandoverCause
from staff.forms.fields import put_errors
from staff.forms.plots import HandoverForm
from staff.models import Assignment, Finding
from staff.policies import READERS


def waiting(user, day):
    """The holdings that `user` assigns and that are to be handed over, by person."""
    rows = Assignment.objects.permitted(user, "change").to_hand_over(day)
    return rows.select_related("member__unit", "plot__unit").order_by("caused_on", "member", "plot__name", "pk")


def in_words(row):
    """`row` with its cause in words."""
    row.cause_label = HandoverCause(row.cause).label
    return row


class KeepersMixin(access.InsideMixin):
    """For those who assign plots."""

    def may_enter(self, held):
        """Whether somebody with these roles assigns plots."""
        return held.holds(*READERS)


class HandoverListView(KeepersMixin, ListView):
    """What waits for a handover in one's scope."""

    template_name = "staff/plot_handovers.html"
    paginate_by = 20

    def get_queryset(self):
        """By person, the longest waiting first."""
        return waiting(self.request.user, timezone.localdate())

    def get_context_data(self, **kwargs):
        """Add the causes in words."""
        context = super().get_context_data(**kwargs)
        context["rows"] = [in_words(row) for row in context["object_list"]]
        return context


class HandoverView(KeepersMixin, FormView):
    """Settle one: to whom it goes, from which day, and what is open."""

    template_name = "staff/plot_handover.html"
    form_class = HandoverForm

    def dispatch(self, request, *args, **kwargs):
        """Find the holding among those that wait; one settled meanwhile leads to its plot."""
        self.day = timezone.localdate()
        if request.user.is_authenticated and access.roles(request.user).holds(*READERS):
            mine = Assignment.objects.permitted(request.user, "change")
            held = get_object_or_404(mine.select_related("plot"), pk=kwargs["pk"])
            self.row = waiting(request.user, self.day).filter(pk=held.pk).first()
            if self.row is None:
                if not held.handovers.exists():
                    raise Http404
                messages.info(request, _("该责任田已办理交接。"))
                return redirect(held.plot)
            in_words(self.row)
            self.others = list(waiting(request.user, self.day).filter(member=self.row.member).exclude(pk=self.row.pk))
            self.findings = Finding.objects.open().filter(visit__assignment__plot=self.row.plot)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """What the form may offer here."""
        return super().get_form_kwargs() | {"row": self.row, "others": len(self.others), "day": self.day}

    def get_initial(self):
        """What visits left open is open."""
        texts = self.findings.values_list("text", flat=True)[:10]
        return {"day": self.day, "open_matters": "\n".join(texts)}

    def form_valid(self, form):
        """Settle it, and with it the person's other holdings if so wanted."""
        data = form.cleaned_data
        rows = [self.row, *(self.others if data.pop("together", False) else [])]
        try:
            handovers.hand_over_all(assignments=rows, by=self.request.user, **data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        text = ngettext("已办理%(number)d块责任田的交接。", "已办理%(number)d块责任田的交接。", len(rows))
        messages.success(self.request, text % {"number": len(rows)})
        more = waiting(self.request.user, self.day).exists()
        return redirect("staff:handovers") if more else redirect(self.row.plot)

    def form_invalid(self, form):
        """Come back with what was typed."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add the holding and what is open on its plot."""
        return super().get_context_data(row=self.row, others=self.others, findings=self.findings[:10], **kwargs)
