"""Items of an agreement's three lists, kept in their row: htmx swaps the row, without it each form is a page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import View

from activities import agreement_items
from activities.choices import ItemList
from activities.forms.agreements import ItemForm, ReportForm
from activities.models import AgreementItem, JointAgreement
from activities.views.agreements import AgreementFormView, KeptAgreementView, OfPartiesMixin
from staff import access


def row_address(item):
    """Where the item's row stands."""
    return f"{item.agreement.get_absolute_url()}#item-{item.pk}"


def rows(request, item, *others):
    """The item's row as it is now, and those of `others`, which htmx swaps wherever they stand."""
    wanted = [item.pk, *others]
    lines = agreement_items.lines(agreement=item.agreement, user=request.user, day=timezone.localdate(), only=wanted)
    lines.sort(key=lambda line: wanted.index(line.item.pk))
    context = {"lines": lines, "agreement": item.agreement, "arranges": lines[0].keeps, "first": item.pk}
    return render(request, "activities/_agreement_rows.html", context)


class ItemRowView(OfPartiesMixin, access.InsideMixin, View):
    """An item's row: what a form that is given up turns back into."""

    def get(self, request, pk, item):
        """The row for htmx, else the page that it stands on."""
        found = AgreementItem.objects.visible_to(request.user).select_related("agreement")
        found = get_object_or_404(found, agreement=pk, pk=item)
        return rows(request, found) if request.htmx else redirect(row_address(found))


class InRowMixin:
    """A form in a row: htmx gets the piece, and a piece that is refused is swapped in as well."""

    item = None
    kind = "edit"

    def get_template_names(self):
        """The piece for htmx, else a page."""
        return [f"activities/{'_' if self.request.htmx else ''}agreement_item_form.html"]

    def form_invalid(self, form):
        """What was typed stays; htmx swaps nothing but success."""
        status = 200 if self.request.htmx else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def saved(self, saved):
        """The rows that changed, or back to the row."""
        if self.request.htmx:
            return rows(self.request, saved, *self.touched(saved))
        messages.success(self.request, self.done)
        return redirect(row_address(saved))

    def touched(self, saved):
        """Other rows that show something else now."""
        return ()

    def now(self):
        """The item as it stands in the database."""
        return AgreementItem.objects.get(pk=self.item.pk)

    def get_context_data(self, **kwargs):
        """Add the item and what the form is for."""
        return super().get_context_data(item=self.item, kind=self.kind, **kwargs)


class ItemAddView(KeptAgreementView):
    """Add an item to one of the three lists."""

    template_name = "activities/agreement_item_form.html"
    form_class = ItemForm
    done = gettext_lazy("清单已更新。")

    def get_form_kwargs(self):
        """A new item of the list whose button was pressed."""
        asked = self.request.GET.get("list", "")
        kind = asked if asked in ItemList.values else ItemList.PROJECT
        new = AgreementItem(agreement=self.agreement, list=kind)
        return super().get_form_kwargs() | {"agreement": self.agreement, "instance": new}

    def get_context_data(self, **kwargs):
        """What the page is called."""
        context = super().get_context_data(kind="add", **kwargs)
        return context | {"heading": context["form"].instance.get_list_display()}

    def save(self, form):
        """Add it."""
        kind = form.instance.list
        return agreement_items.add(agreement=self.agreement, by=self.request.user, list=kind, **form.values)

    def saved(self, saved):
        """Back to the list, at the new row."""
        messages.success(self.request, self.done)
        return redirect(row_address(saved))


class ItemEditView(InRowMixin, KeptAgreementView):
    """Change what an item says and what it is matched with."""

    form_class = ItemForm
    done = gettext_lazy("清单已更新。")

    def dispatch(self, request, *args, **kwargs):
        """Find the item of this agreement."""
        if request.user.is_authenticated:
            found = AgreementItem.objects.permitted(request.user, "change").filter(agreement=kwargs["pk"])
            self.item = get_object_or_404(found.select_related("owner", "agreement"), pk=kwargs["item"])
            self.before = self._matched()
        return super().dispatch(request, *args, **kwargs)

    def _matched(self):
        side = self.item.met_by if self.item.list == ItemList.NEED else self.item.meets
        return set(side.values_list("pk", flat=True))

    def touched(self, saved):
        """What it was matched with before, and is now."""
        return sorted(self.before | self._matched())

    def get_form_kwargs(self):
        """The item."""
        return super().get_form_kwargs() | {"instance": self.item, "agreement": self.agreement}

    def save(self, form):
        """Save it if nobody else did meanwhile; or take it out."""
        seen, user = form.cleaned_data["seen"], self.request.user
        return agreement_items.change(item=self.item, seen=seen, by=user, **form.values)


class ItemReportView(InRowMixin, AgreementFormView):
    """Report how far an item is."""

    form_class = ReportForm
    done = gettext_lazy("进展已登记。")
    kind = "report"

    def dispatch(self, request, *args, **kwargs):
        """Find the item among those that the reader reports of."""
        if request.user.is_authenticated:
            found = AgreementItem.objects.permitted(request.user, "report").filter(agreement=kwargs["pk"])
            self.item = get_object_or_404(found.select_related("agreement"), pk=kwargs["item"])
            self.agreement = self.item.agreement
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The item."""
        return super().get_form_kwargs() | {"item": self.item}

    def save(self, form):
        """Note it."""
        seen = form.cleaned_data["seen"]
        return agreement_items.report(item=self.item, by=self.request.user, seen=seen, **form.values)


@require_POST
@access.inside
def remove_item(request, pk, item):
    """Take out an item entered by mistake, or say why not."""
    found = AgreementItem.objects.permitted(request.user, "delete").select_related("agreement")
    found = get_object_or_404(found, agreement=pk, pk=item)
    seen = request.POST.get("seen", "")
    try:
        agreement_items.remove(item=found, seen=int(seen) if seen.isdecimal() else None, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext_lazy("事项已删除。"))
    return redirect(JointAgreement(pk=pk).get_absolute_url())
