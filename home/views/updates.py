"""Staff updates: the list, posting, editing, thanking, hiding, taking back, and whom one may mention."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, ListView

from home import feed, mentions, updates
from home.forms import HideForm, RewordForm, UpdateForm
from home.models import Report, ReportOutcome, Update, UpdateAudience, Wording
from staff.access import InsideMixin, inside, roles
from staff.choices import Role
from staff.forms.fields import put_errors

HISTORY_SHOWN = 100
# Keys of rows are shorter than that in any database.
LONGEST_NUMBER = 18


class UpdateListView(InsideMixin, ListView):
    """What colleagues post, newest first; mine alone on wish. "More" fetches the next ten as a piece of the page."""

    paginate_by = 10

    def get_template_names(self):
        """The page, or its next piece."""
        return ["home/_update_piece.html" if self.request.htmx else "home/update_list.html"]

    def get_queryset(self):
        """Those that I may read; a list begun some time ago goes on below where it began."""
        member = roles(self.request.user).member
        rows = Update.objects.visible_to(self.request.user).for_list(member)
        begun = self.request.GET.get("begun", "")
        if begun.isdigit() and len(begun) < LONGEST_NUMBER:
            rows = rows.filter(pk__lte=int(begun))
        self.mine = self.request.GET.get("show") == "mine" and member is not None
        return rows.filter(author=member) if self.mine else rows

    def get_context_data(self, **kwargs):
        """The rows with what each shows, where the list began, and whether I may post."""
        member = roles(self.request.user).member
        context = super().get_context_data(member=member, mine=self.mine, **kwargs)
        begun = self.request.GET.get("begun", "")
        rows = feed.rows(context["object_list"])
        begun = begun if begun.isdigit() else max((row.pk for row in rows), default="")
        waiting = Report.objects.filter(outcome=ReportOutcome.WAITING)
        reported = waiting.count() if roles(self.request.user).holds(Role.OFFICE) else None
        return {**context, "rows": rows, "begun": begun, "reported": reported}


class UpdateAddView(InsideMixin, FormView):
    """Post something with photos."""

    form_class = UpdateForm
    template_name = "home/update_form.html"

    def may_enter(self, held):
        """Members of staff post; an account without one has no name to post under."""
        return held.member is not None

    def get_form_kwargs(self):
        """Whose it is."""
        user = self.request.user
        return {**super().get_form_kwargs(), "member": roles(user).member, "user": user}

    def get_initial(self):
        """A fresh token, and what the page before was about."""
        wanted = {name: self.request.GET.get(name, "") for name in ("activity", "plot")}
        return {"token": uuid.uuid4(), **{name: value for name, value in wanted.items() if value.isdigit()}}

    def form_valid(self, form):
        """Store it once and show it."""
        try:
            posted = updates.post(member=roles(self.request.user).member, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已发布。"))
        return redirect(posted)


@require_POST
@inside
def thank(request, pk):
    """Give thanks or take them back, and stay where one was."""
    update = get_object_or_404(Update.objects.visible_to(request.user), pk=pk)
    member = roles(request.user).member
    if member is None:
        raise Http404
    updates.thank(update=update, member=member)
    if request.htmx:
        row = Update.objects.filter(pk=pk).for_list(member).get()
        return render(request, "home/_thanks.html", {"update": row, "member": member})
    address = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        address = update.get_absolute_url()
    return redirect(f"{address}#update-{update.pk}")


@inside
def take_back(request, pk):
    """Ask once, then delete: photos and comments go with it and cannot be brought back."""
    update = get_object_or_404(Update.objects.permitted(request.user, "delete").prefetch_related("photos"), pk=pk)
    if request.method != "POST":
        return render(request, "home/update_delete.html", {"update": update})
    updates.take_back(update=update, by=request.user)
    messages.success(request, _("动态已删除。"))
    return redirect("home:updates")


@require_POST
@inside
def hide(request, pk):
    """The office hides an update with a reason, or shows it again."""
    if not roles(request.user).holds(Role.OFFICE):
        raise Http404
    update = get_object_or_404(Update, pk=pk)
    if update.hidden_because:
        updates.hide(update=update, because="", by=request.user)
        messages.success(request, _("动态已恢复显示。"))
        return redirect(update)
    form = HideForm(request.POST)
    if form.is_valid():
        updates.hide(update=update, because=form.cleaned_data["because"], by=request.user)
        messages.success(request, _("动态已隐藏，作者本人和党建办仍可看到。"))
    else:
        messages.error(request, _("请填写隐藏原因。"))
    return redirect(update)


class UpdateEditView(InsideMixin, FormView):
    """Other words for one's own update; the earlier ones are kept."""

    form_class = RewordForm
    template_name = "home/update_edit.html"

    def dispatch(self, request, *args, **kwargs):
        """Only the author's own hand."""
        if request.user.is_authenticated:
            mine = Update.objects.permitted(request.user, "reword").select_related("author__user")
            self.update = get_object_or_404(mine, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """As long as an update may be."""
        return {**super().get_form_kwargs(), "longest": Update._meta.get_field("text").max_length}

    def get_initial(self):
        """The words as they are."""
        return {"text": self.update.text}

    def get_context_data(self, **kwargs):
        """What is edited."""
        return super().get_context_data(update=self.update, back=self.update.get_absolute_url(), **kwargs)

    def form_valid(self, form):
        """Keep both wordings."""
        try:
            updates.reword(update=self.update, text=form.cleaned_data["text"], by=self.request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已修改。"))
        return redirect(self.update)


@require_safe
@inside
def history(request, pk):
    """Earlier wordings of an update and of the comments under it: the office's to see, and each author's own."""
    update = get_object_or_404(Update.objects.visible_to(request.user).select_related("author"), pk=pk)
    of = Q(update=update) | Q(comment__update=update)
    rows = Wording.objects.visible_to(request.user).filter(of).select_related("update__author", "comment__author")
    return render(request, "home/update_history.html", {"update": update, "wordings": rows[:HISTORY_SHOWN]})


@require_safe
@inside
def people(request):
    """Colleagues whom one may mention, found by name, pinyin or number, as buttons beneath what is written."""
    held, day = roles(request.user), timezone.localdate()
    if held.member is None:
        raise Http404
    text = request.GET.get("q", "")[:20].strip()
    number = request.GET.get("update", "")
    if number.isdigit():
        update = get_object_or_404(Update.objects.visible_to(request.user).select_related("author"), pk=number)
        among = mentions.readers_of(update, day)
    else:
        me = held.member
        audience = request.GET.get("audience", UpdateAudience.BUREAU)
        among = mentions.readers(audience=audience, unit=me.unit_id, branch=me.branch_id, author=me, day=day)
    found = list(among.matching(text).exclude(pk=held.member.pk).select_related("unit")[:8]) if text else []
    names = [member.name for member in found]
    shared = among.filter(name__in=names).values_list("name").annotate(n=Count("pk")).filter(n__gt=1) if names else ()
    shared = {name for name, _n in shared}
    for member in found:
        member.insert = f"{member.name}({member.employee_number})" if member.name in shared else member.name
    return render(request, "home/_people.html", {"people": found, "asked": bool(text)})
