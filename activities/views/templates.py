"""Templates of kinds: who comes, agenda, what to bring, for a branch or for the bureau."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from activities import kind_templates
from activities.choices import Kind
from activities.forms.activities import KEEPERS, hosting
from activities.forms.plans import TemplateForm
from staff.access import InsideMixin
from staff.choices import Role
from staff.forms.fields import put_errors


class TemplatesMixin(InsideMixin):
    """Whose templates are meant: `?branch=` of one's scope; without it the office's, or one's own branch's."""

    organisation = None

    def may_enter(self, held):
        """Those who arrange activities; the bureau's templates are the office's."""
        if not held.holds(*KEEPERS):
            return False
        wanted = self.request.GET.get("branch", "")
        if wanted:
            if not wanted.isdigit():
                raise Http404
            self.organisation = get_object_or_404(hosting(self.request.user), pk=wanted)
        elif not held.holds(Role.OFFICE):
            own = hosting(self.request.user)
            self.organisation = own.filter(pk=held.member.branch_id).first() or own.first()
        return True

    def get_context_data(self, **kwargs):
        """Add whose templates they are, and the address's end that says so."""
        query = f"?branch={self.organisation.pk}" if self.organisation else ""
        return super().get_context_data(organisation=self.organisation, query=query, **kwargs)


class TemplateListView(TemplatesMixin, TemplateView):
    """The templates of all kinds, each with whose words it has."""

    template_name = "activities/template_list.html"

    def get_context_data(self, **kwargs):
        """The texts in the order of the kinds."""
        texts = kind_templates.for_organisation(self.organisation)
        return super().get_context_data(texts=list(texts.values()), **kwargs)


class TemplateEditView(TemplatesMixin, FormView):
    """Change what an activity of a kind starts with, or go back to what the bureau or the portal says."""

    template_name = "activities/template_form.html"
    form_class = TemplateForm

    def dispatch(self, request, *args, **kwargs):
        """Only kinds that there are."""
        if kwargs["kind"] not in Kind.values:
            raise Http404
        self.kind = Kind(kwargs["kind"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """The words as they stand."""
        self.text = kind_templates.for_organisation(self.organisation)[self.kind]
        words = {name: getattr(self.text, name) for name in ("expects", "agenda", "bring")}
        return {"version": self.text.version if self.text.own else 0, **words}

    def get_context_data(self, **kwargs):
        """Add the kind and whose words it has."""
        context = super().get_context_data(**kwargs)
        # Whose words they are is known once the form has been made.
        return context | {"text": self.text}

    def form_valid(self, form):
        """Keep the words, or let them go."""
        whose = {"kind": self.kind, "organisation": self.organisation, "by": self.request.user}
        if self.request.POST.get("do") == "restore":
            kind_templates.restore(**whose)
            messages.success(self.request, _("已恢复默认模板。"))
        else:
            try:
                kind_templates.keep(**whose, **form.cleaned_data)
            except ValidationError as error:
                put_errors(form, error)
                return self.form_invalid(form)
            messages.success(self.request, _("模板已保存。"))
        query = f"?branch={self.organisation.pk}" if self.organisation else ""
        return redirect(reverse("activities:templates") + query)

    def form_invalid(self, form):
        """What is wrong, with the text kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)
