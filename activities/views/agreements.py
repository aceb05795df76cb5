"""Joint agreements: the list, one with its three lists, and keeping both. Partners see those that they are party to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView

from activities import agreements
from activities.choices import ItemList
from activities.forms.agreements import AgreementFilter, AgreementForm, ItemForm
from activities.models import Activity, AgreementItem, JointAgreement
from staff import access
from staff.forms.fields import put_errors
from staff.views.lists import ScopedListView


class OfPartiesMixin:
    """Pages that a partner's account opens too."""

    def may_enter(self, held):
        """People of the bureau, and partners."""
        return held.inside or held.is_partner


def shown(user):
    """Agreements that `user` may see, with all that lists show of them."""
    rows = JointAgreement.objects.visible_to(user).with_items().select_related("lead")
    return agreements.with_last_activity(rows).prefetch_related("parties")


class AgreementListView(OfPartiesMixin, ScopedListView):
    """Agreements with what their projects have come to."""

    template_name = "activities/agreement_list.html"
    filename = gettext_lazy("共建协议")
    headers = tuple(
        gettext_lazy(text)
        for text in ("名称", "牵头党组织", "共建各方", "开始日期", "结束日期", "项目", "已完成", "状态")
    )

    def get_queryset(self):
        """Those that match the filters."""
        self.day = timezone.localdate()
        self.filter = AgreementFilter(self.request.GET)
        rows = shown(self.request.user)
        if text := self.filter.value("q"):
            rows = rows.filter(title__icontains=text)
        if branch := self.filter.value("branch"):
            rows = rows.filter(lead__path__startswith=branch.path)
        if partner := self.filter.value("partner"):
            through = JointAgreement.parties.through.objects.filter(partyorganisation=partner)
            rows = rows.filter(pk__in=through.values("jointagreement"))
        if state := self.filter.value("state"):
            rows = agreements.in_state(rows, state, self.day)
        return rows

    def get_context_data(self, **kwargs):
        """Add each one's state."""
        context = super().get_context_data(**kwargs)
        context["rows"] = [with_state(row, self.day) for row in context["object_list"]]
        context["may_add"] = access.allowed(self.request.user, "add", JointAgreement)
        return context

    def workbook_row(self, row):
        """One line of the workbook."""
        return [
            row.title,
            str(row.lead),
            "、".join(str(party) for party in row.parties.all()),
            row.starts,
            row.ends,
            row.projects,
            row.done,
            agreements.state_of(row, self.day).label,
        ]


def with_state(row, day):
    """The agreement with the words and tone of its state."""
    state = agreements.state_of(row, day)
    return {"agreement": row, "label": state.label, "tone": agreements.TONES[state]}


class AgreementView(OfPartiesMixin, access.InsideMixin, DetailView):
    """One agreement: parties, texts, three lists, and what was held under it."""

    template_name = "activities/agreement_detail.html"

    def get_queryset(self):
        """Agreements of the reader's scope."""
        return shown(self.request.user)

    def get_context_data(self, **kwargs):
        """The three lists and the activities."""
        row, user, day = self.object, self.request.user, timezone.localdate()
        items = list(AgreementItem.objects.visible_to(user).filter(agreement=row).select_related("party", "owner"))
        held = Activity.objects.visible_to(user).filter(agreement=row).with_hosts().order_by("-starts")[:20]
        return super().get_context_data(
            **with_state(row, day),
            lists=[(name, label, [item for item in items if item.list == name]) for name, label in ItemList.choices],
            activities=held,
            keeps=access.allowed(user, "change", row),
            inside=access.roles(user).inside,
            today=day,
            **kwargs,
        )


class AgreementAddView(access.InsideMixin, FormView):
    """Log a new agreement."""

    template_name = "activities/agreement_form.html"
    form_class = AgreementForm
    done = gettext_lazy("共建协议已登记。")
    agreement = None

    def may_enter(self, held):
        """Those who keep agreements."""
        return held.inside and access.allowed(held.user, "add", JointAgreement)

    def get_form_kwargs(self):
        """The organisations that may lead."""
        return super().get_form_kwargs() | {"leads": agreements.leads(self.request.user)}

    def save(self, form):
        """Log it."""
        return agreements.add(by=self.request.user, **form.values)

    def form_valid(self, form):
        """Save, or come back with what was typed."""
        try:
            saved = self.save(form)
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(getattr(saved, "agreement", saved))

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add the agreement."""
        return super().get_context_data(agreement=self.agreement, **kwargs)


class AgreementEditView(AgreementAddView):
    """Change an agreement."""

    done = gettext_lazy("共建协议已保存。")

    def dispatch(self, request, *args, **kwargs):
        """Find the agreement among those that the reader keeps."""
        if request.user.is_authenticated:
            rows = JointAgreement.objects.permitted(request.user, "change").select_related("lead")
            self.agreement = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The lead that it has may stay."""
        leads = agreements.leads(self.request.user)
        return super().get_form_kwargs() | {"instance": self.agreement, "leads": leads}

    def save(self, form):
        """Save it if nobody else did meanwhile."""
        seen = form.cleaned_data["seen"]
        return agreements.change(agreement=self.agreement, seen=seen, by=self.request.user, **form.values)


class ItemAddView(AgreementEditView):
    """Add an item to one of the three lists."""

    template_name = "activities/agreement_item_form.html"
    form_class = ItemForm
    done = gettext_lazy("清单已更新。")
    item = None

    def get_initial(self):
        """The list whose button was pressed."""
        asked = self.request.GET.get("list", "")
        return {"list": asked if asked in ItemList.values else ItemList.PROJECT}

    def get_form_kwargs(self):
        """The item, a new one here."""
        kwargs = FormView.get_form_kwargs(self)
        return kwargs | {"instance": self.item or AgreementItem(agreement=self.agreement), "agreement": self.agreement}

    def save(self, form):
        """Save the item if nobody else changed the agreement meanwhile."""
        item = form.instance
        for name, value in form.values.items():
            setattr(item, name, value)
        return agreements.save_item(item=item, seen=form.cleaned_data["seen"], by=self.request.user)

    def get_context_data(self, **kwargs):
        """Add the item."""
        return super().get_context_data(item=self.item, **kwargs)


class ItemEditView(ItemAddView):
    """Change an item: its progress, mostly."""

    def dispatch(self, request, *args, **kwargs):
        """Find the item of this agreement."""
        if request.user.is_authenticated:
            rows = AgreementItem.objects.permitted(request.user, "change").filter(agreement=kwargs["pk"])
            self.item = get_object_or_404(rows.select_related("owner"), pk=kwargs["item"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """What the item holds."""
        return {}
