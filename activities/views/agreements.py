"""Joint agreements: the list, one with its three lists, and keeping it. Partners see those that they are party to."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import DetailView, FormView

from activities import agreement_items, agreement_word, agreements
from activities.choices import ItemList
from activities.forms.agreements import AgreementFilter, AgreementForm, SidesForm
from activities.models import Activity, AgreementParty, JointAgreement
from staff import access, partners
from staff.choices import Role
from staff.forms.fields import put_errors
from staff.views.lists import ScopedListView
from staff.wording import listed

COLUMNS = (
    "pk", "title", "starts", "ends", "signed_on", "lead__name", "lead__short_name", "projects", "done", "unmet",
    "overdue", "last_activity",
)  # fmt: skip


class OfPartiesMixin:
    """Pages that a partner's account opens too."""

    def may_enter(self, held):
        """People of the bureau, and partners."""
        return held.inside or held.is_partner


class AgreementListView(OfPartiesMixin, ScopedListView):
    """Agreements with what their projects have come to; plain rows, not objects, for speed."""

    template_name = "activities/agreement_list.html"
    filename = gettext_lazy("共建协议")
    headers = (
        gettext_lazy("名称"),
        gettext_lazy("牵头党组织"),
        gettext_lazy("共建各方"),
        gettext_lazy("签订日期"),
        gettext_lazy("开始日期"),
        gettext_lazy("结束日期"),
        pgettext_lazy("count", "项目"),
        gettext_lazy("已完成"),
        gettext_lazy("未对接需求"),
        gettext_lazy("逾期事项"),
        gettext_lazy("最近活动"),
        pgettext_lazy("state", "状态"),
    )

    def get_queryset(self):
        """Those that match the filters."""
        self.day, self.rule = timezone.localdate(), agreements.rule()
        self.filter = AgreementFilter(self.request.GET, user=self.request.user)
        rows = JointAgreement.objects.visible_to(self.request.user).with_items()
        rows = agreements.with_open_ends(agreements.with_last_activity(rows), self.day)
        if text := self.filter.value("q"):
            rows = rows.filter(title__icontains=text)
        if party := self.filter.value("party"):
            sides = AgreementParty.objects.filter(partyorganisation=party).order_by()
            rows = rows.filter(pk__in=sides.values("jointagreement"))
        if unit := self.filter.value("unit"):
            rows = rows.filter(lead__unit__path__startswith=self.filter.paths[unit])
        if state := self.filter.value("state"):
            rows = agreements.in_state(rows, state, self.day)
        if self.filter.value("dormant"):
            rows = agreements.dormant(rows, self.day, self.rule)
        if self.filter.value("ending"):
            rows = agreements.ending(rows, self.day, self.rule)
        return rows.values(*COLUMNS)

    def complete(self, rows):
        """Rows with their parties and standing; one query for all parties."""
        rows, parties = list(rows), defaultdict(list)
        sides = AgreementParty.objects.filter(jointagreement__in=[row["pk"] for row in rows])
        fields = ("jointagreement", "partyorganisation__short_name", "partyorganisation__name")
        for pk, short, name in sides.order_by("pk").values_list(*fields):
            parties[pk].append(short or name)
        for row in rows:
            facts = {name: row[name] for name in ("signed_on", "starts", "ends", "last_activity")}
            stands = agreements.standing(**facts, day=self.day, rule=self.rule)
            row |= {
                "parties": parties[row["pk"]],
                "standing": stands,
                "url": reverse("activities:agreement", args=[row["pk"]]),
            }
        return rows

    def exported(self, rows):
        """Complete rows."""
        return self.complete(rows)

    def get_context_data(self, **kwargs):
        """The page's rows, complete."""
        context = super().get_context_data(**kwargs)
        context["rows"] = self.complete(context["object_list"])
        context["rule"] = self.rule
        context["may_add"] = access.allowed(self.request.user, "add", JointAgreement)
        return context

    def workbook_row(self, row):
        """One line of the workbook."""
        return [
            row["title"],
            row["lead__short_name"] or row["lead__name"],
            listed(row["parties"]),
            *(row[name] for name in ("signed_on", "starts", "ends", "projects", "done", "unmet", "overdue")),
            timezone.localdate(row["last_activity"]) if row["last_activity"] else None,
            row["standing"].words,
        ]


class AgreementView(OfPartiesMixin, access.InsideMixin, DetailView):
    """One agreement: parties, texts, three lists matched to each other, and what was held under it."""

    template_name = "activities/agreement_detail.html"

    def get_queryset(self):
        """Agreements of the reader's scope."""
        rows = JointAgreement.objects.visible_to(self.request.user).with_items().select_related("lead")
        return agreements.with_last_activity(rows)

    def get_context_data(self, **kwargs):
        """The three lists, the parties and the activities."""
        row, user, day = self.object, self.request.user, timezone.localdate()
        held, rule = access.roles(user), agreements.rule()
        lines = agreement_items.lines(agreement=row, user=user, day=day)
        facts = {name: getattr(row, name) for name in ("signed_on", "starts", "ends", "last_activity")}
        activities = Activity.objects.visible_to(user).filter(agreement=row).with_hosts().order_by("-starts")
        sides, office = sides_of(row), held.holds(Role.OFFICE)
        texts = ("principles", "goals", "measures", "safeguards")
        return super().get_context_data(
            agreement=row,
            standing=agreements.standing(**facts, day=day, rule=rule),
            rule=rule,
            lists=[
                (name, label, [line for line in lines if line.item.list == name]) for name, label in ItemList.choices
            ],
            unmet=sum(line.unmet for line in lines),
            overdue=sum(line.overdue for line in lines),
            texts=[(row._meta.get_field(name).verbose_name, getattr(row, name)) for name in texts],
            activities=activities[:20],
            sides=sides,
            accounts=accounts_of(sides) if office else None,
            keeps=access.allowed(user, "change", row),
            arranges=held.holds(Role.SECRETARY, Role.OFFICE),
            inside=held.inside,
            today=day,
            **kwargs,
        )


def sides_of(agreement):
    """The parties of the agreement, the lead first, then ours, then the partners."""
    sides = list(agreement.sides.select_related("partyorganisation", "contact"))
    lead = agreement.lead_id
    return sorted(sides, key=lambda side: (side.partyorganisation_id != lead, side.partyorganisation.external))


def accounts_of(sides):
    """Each partner among the parties with its accounts."""
    outside = [side.partyorganisation for side in sides if side.partyorganisation.external]
    found = list(partners.accounts_of(outside))
    return [(party, [grant for grant in found if grant.organisation_id == party.pk]) for party in outside]


class AgreementWordView(OfPartiesMixin, access.InsideMixin, DetailView):
    """The agreement as a Word file."""

    def get_queryset(self):
        """Agreements of the reader's scope."""
        return JointAgreement.objects.visible_to(self.request.user).select_related("lead")

    def get(self, request, *args, **kwargs):
        """The file."""
        row = self.get_object()
        lines = agreement_items.lines(agreement=row, user=request.user, day=timezone.localdate())
        return agreement_word.paper(agreement=row, sides=sides_of(row), lines=lines).response(row.title)


class AgreementFormView(access.InsideMixin, FormView):
    """What the forms of agreements share: save through the domain, or come back with what was typed."""

    form_class = AgreementForm
    template_name = "activities/agreement_form.html"
    agreement = None

    def form_valid(self, form):
        """Save, or say why not; what somebody else wrote meanwhile is shown beside what was typed."""
        try:
            saved = self.save(form)
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            put_errors(form, error)
            if getattr(error, "code", "") == "stale":
                return self.stale(form)
            return self.form_invalid(form)
        return self.saved(saved)

    def saved(self, saved):
        """Back to the agreement."""
        messages.success(self.request, self.done)
        return redirect(saved)

    def stale(self, form):
        """The form may be sent again once its author has seen what stands there now."""
        now = self.now()
        form.data = form.data.copy()
        form.data["seen"] = now.version
        form.now = [
            (form.fields[name].label, value)
            for name, value in as_it_stands(now, form).items()
            if value != form.cleaned_data.get(name)
        ]
        return self.form_invalid(form)

    def now(self):
        """What is edited, as it stands in the database."""
        return JointAgreement.objects.get(pk=self.agreement.pk)

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add the agreement."""
        return super().get_context_data(agreement=self.agreement, **kwargs)


def as_it_stands(row, form):
    """The plain values of `row` for the fields of `form`."""
    names = {field.name for field in row._meta.fields}
    return {name: getattr(row, name) for name in form.fields if name in names}


class AgreementAddView(AgreementFormView):
    """Log a new agreement."""

    done = gettext_lazy("共建协议已登记。")

    def may_enter(self, held):
        """Those who keep agreements."""
        return held.inside and access.allowed(held.user, "add", JointAgreement)

    def get_form_kwargs(self):
        """The organisations that may lead."""
        return super().get_form_kwargs() | {"leads": agreements.leads(self.request.user)}

    def save(self, form):
        """Log it."""
        return agreements.add(by=self.request.user, **form.values)


class KeptAgreementView(AgreementFormView):
    """A form of an agreement that the reader keeps."""

    done = gettext_lazy("共建协议已保存。")

    def dispatch(self, request, *args, **kwargs):
        """Find the agreement among those that the reader keeps."""
        if request.user.is_authenticated:
            rows = JointAgreement.objects.permitted(request.user, "change").select_related("lead")
            self.agreement = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class AgreementEditView(KeptAgreementView):
    """Change an agreement."""

    def get_form_kwargs(self):
        """The organisations that may lead."""
        leads = agreements.leads(self.request.user)
        return super().get_form_kwargs() | {"instance": self.agreement, "leads": leads}

    def save(self, form):
        """Save it if nobody else did meanwhile."""
        seen = form.cleaned_data["seen"]
        return agreements.change(agreement=self.agreement, seen=seen, by=self.request.user, **form.values)


class SidesView(KeptAgreementView):
    """Contacts of the parties, and the record that they signed."""

    form_class = SidesForm
    template_name = "activities/agreement_sides.html"

    def get_form_kwargs(self):
        """The parties."""
        return super().get_form_kwargs() | {"agreement": self.agreement, "sides": sides_of(self.agreement)}

    def save(self, form):
        """Save them if nobody else changed the agreement meanwhile."""
        data = form.cleaned_data
        return agreements.save_sides(
            agreement=self.agreement,
            seen=data["seen"],
            by=self.request.user,
            contacts=form.contacts,
            signatories=form.signatories,
            signed_on=data["signed_on"],
        )
