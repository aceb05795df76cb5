"""The audit (审计): what was done and who looked at what is masked, over all log tables, for the auditor alone."""

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import CharField, DateTimeField, F, Q, Value
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, PageLogEntry

from staff import workbooks
from staff.access import roles
from staff.choices import AccessAction, Role
from staff.models import AccessEvent, User

COLUMNS = ("at", "who", "what", "type", "number", "words", "source")
SOURCES = (("record", _("业务记录")), ("page", _("页面")), ("access", _("查阅与导出")))


class AuditForm(forms.Form):
    """Filters of the audit."""

    user = forms.CharField(label=_("账号或姓名"), required=False, max_length=60)
    source = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部")), *SOURCES])
    first = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def rows(*, user="", source="", first=None, last=None):
    """The entries of all logs, newest first, as the database joins, orders and cuts them."""
    of_user = None
    if user:
        named = Q(username__icontains=user) | Q(member__name__icontains=user)
        of_user = User.objects.filter(named).values("pk")
    parts = {
        "record": (ModelLogEntry, "timestamp", F("object_id"), F("label")),
        "page": (PageLogEntry, "timestamp", Cast("page_id", CharField()), F("label")),
        "access": (AccessEvent, "at", Cast("object_id", CharField()), F("detail")),
    }
    found = []
    for name, (model, moment, number, words) in parts.items():
        if source and source != name:
            continue
        entries = model.objects.order_by()
        if of_user is not None:
            entries = entries.filter(user__in=of_user)
        if first:
            entries = entries.filter(**{f"{moment}__date__gte": first})
        if last:
            entries = entries.filter(**{f"{moment}__date__lte": last})
        found.append(
            entries.annotate(
                log_at=Cast(F(moment), DateTimeField()),
                log_who=F("user_id"),
                log_what=Cast(F("action"), CharField()),
                log_type=F("content_type_id"),
                log_number=number,
                log_words=Cast(words, CharField()),
                log_source=Value(name, output_field=CharField()),
            ).values_list(*(f"log_{column}" for column in COLUMNS))
        )
    first_part, *others = found
    return (first_part.union(*others, all=True) if others else first_part).order_by("-log_at")


def named(entries):
    """Entries of a page with their words: users and types are read once."""
    users = User.objects.select_related("member").in_bulk({row[1] for row in entries if row[1]})
    actions = {**dict(registry.get_choices()), **dict(AccessAction.choices)}
    types = ContentType.objects.in_bulk({row[3] for row in entries if row[3]})
    kinds = dict(SOURCES)
    for at, who, what, type_id, number, words, source in entries:
        user = users.get(who)
        yield {
            "at": at,
            "user": (getattr(user, "member", None) or user) if user else "",
            "username": user.username if user else "",
            "action": actions.get(what, what),
            "type": types[type_id].name if type_id in types else "",
            "number": number or "",
            "words": words,
            "source": kinds[source],
        }


class AuditView(TemplateView):
    """The audit page and its export."""

    template_name = "staff/admin/audit.html"

    def dispatch(self, request, *args, **kwargs):
        """The auditor's alone."""
        if not roles(request.user).holds(Role.AUDITOR):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        """A page of entries, or all of them as a workbook."""
        form = AuditForm(request.GET or None)
        wanted = form.cleaned_data if form.is_valid() else {}
        entries = rows(**wanted)
        if workbooks.wanted(request):
            heads = [_("时间"), _("账号"), _("人员"), _("类别"), _("动作"), _("对象类型"), _("编号"), _("对象")]
            return workbooks.export("audit", heads, self.cells(entries[:50_000]))
        page = Paginator(entries, 50).get_page(request.GET.get("page"))
        return self.render_to_response({"form": form, "page": page, "entries": list(named(list(page.object_list)))})

    def cells(self, entries):
        """Rows of the workbook."""
        for entry in named(list(entries)):
            yield [
                localtime(entry["at"]), entry["username"], str(entry["user"]), entry["source"], entry["action"],
                entry["type"], entry["number"], entry["words"],
            ]  # fmt: skip
