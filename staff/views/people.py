"""Keeping the records of people: who moves, leaves and comes back, and who stands in them twice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView

from staff import access, merging, moves
from staff.choices import TransferKind
from staff.forms.fields import put_errors
from staff.forms.members import MergeForm, TransferForm
from staff.models import Member, Transfer


class TransferView(access.InsideMixin, FormView):
    """Move somebody, let them leave, or take them back."""

    template_name = "staff/member_transfer.html"
    form_class = TransferForm

    def dispatch(self, request, *args, **kwargs):
        """For those who keep moves."""
        if request.user.is_authenticated:
            if not access.allowed(request.user, "add", Transfer):
                raise Http404
            rows = Member.objects.visible_to(request.user).select_related("unit", "branch", "group")
            self.member = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Whom it is about."""
        return {**super().get_form_kwargs(), "member": self.member}

    def get_initial(self):
        """Today."""
        return {"day": timezone.localdate()}

    def form_valid(self, form):
        """Do it; what is refused stands beside its field."""
        data = form.cleaned_data
        given = {"member": self.member, "day": data["day"], "reason": data["reason"], "by": self.request.user}
        places = {name: data[name] for name in ("unit", "branch", "group")}
        try:
            if data["kind"] == TransferKind.MOVED:
                moves.move(**given, **places)
            elif data["kind"] == TransferKind.RETURNED:
                moves.come_back(**given, **places)
            else:
                moves.leave(**given, kind=TransferKind(data["kind"]))
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已登记。名下责任田需要交接的，会提醒分派人办理。"))
        return redirect(self.member)

    def form_invalid(self, form):
        """The form again, with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add the person."""
        return super().get_context_data(member=self.member, **kwargs)


class MergersMixin(access.InsideMixin):
    """For those who merge records."""

    def dispatch(self, request, *args, **kwargs):
        """Nothing is here for anybody else."""
        if request.user.is_authenticated and not access.allowed(request.user, "merge", Member):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class DoublesView(MergersMixin, ListView):
    """People who may stand in the records twice."""

    template_name = "staff/member_doubles.html"
    paginate_by = 20

    def get_queryset(self):
        """By name, so that alike ones stand together."""
        return merging.doubles().select_related("unit", "branch")

    def get_context_data(self, **kwargs):
        """Each row with the one above it, when that is of the same name."""
        context = super().get_context_data(**kwargs)
        rows = list(context["object_list"])
        before = [None, *rows]
        context["pairs"] = [
            (above if above is not None and above.name == row.name else None, row)
            for above, row in zip(before, rows, strict=False)
        ]
        return context


class MergeView(MergersMixin, FormView):
    """Two records side by side, which values stay, and what moves."""

    template_name = "staff/member_merge.html"
    form_class = MergeForm

    def dispatch(self, request, *args, **kwargs):
        """Both must be there, and be two."""
        if kwargs["pk"] == kwargs["other"]:
            raise Http404
        rows = Member.objects.select_related("unit", "branch", "group")
        self.keep, self.drop = (rows.filter(pk=kwargs[name]).first() for name in ("pk", "other"))
        if request.user.is_authenticated and not (self.keep and self.drop):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The fields in which they differ."""
        return {**super().get_form_kwargs(), "differences": merging.compared(self.keep, self.drop)}

    def form_valid(self, form):
        """Merge them."""
        try:
            merging.merge(keep=self.keep, drop=self.drop, take=form.taken, by=self.request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已合并为一条记录。"))
        return redirect(self.keep)

    def form_invalid(self, form):
        """The form again, with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add both, what moves, and what stands in the way."""
        return super().get_context_data(
            keep=self.keep,
            drop=self.drop,
            belongings=merging.belongings(self.drop),
            conflicts=merging.conflicts(self.keep, self.drop),
            **kwargs,
        )
