"""Staff updates: the list, one with its comments, posting, thanking, hiding, taking back."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView

from home import updates
from home.forms import CommentForm, HideForm, UpdateForm
from home.models import Comment, Update
from staff.access import InsideMixin, allowed, inside, roles
from staff.choices import Role
from staff.forms.fields import put_errors


class UpdateListView(InsideMixin, ListView):
    """What colleagues post, newest first; mine alone on wish."""

    template_name = "home/update_list.html"
    paginate_by = 10

    def get_queryset(self):
        """Those that I may read."""
        member = roles(self.request.user).member
        rows = Update.objects.visible_to(self.request.user).for_list(member)
        self.mine = self.request.GET.get("show") == "mine" and member is not None
        return rows.filter(author=member) if self.mine else rows

    def get_context_data(self, **kwargs):
        """Whether I may post."""
        member = roles(self.request.user).member
        return super().get_context_data(member=member, mine=self.mine, **kwargs)


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
            update = updates.post(member=roles(self.request.user).member, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已发布。"))
        return redirect(update)


class UpdateDetailView(InsideMixin, DetailView):
    """One update with what colleagues said; a comment is posted here."""

    template_name = "home/update_detail.html"
    context_object_name = "update"

    def get_queryset(self):
        """Those that I may read."""
        return Update.objects.visible_to(self.request.user).for_list(roles(self.request.user).member)

    def get_context_data(self, **kwargs):
        """The comments, and what I may do."""
        user = self.request.user
        held = roles(user)
        comments = list(Comment.objects.filter(update=self.object).select_related("author", "author__unit"))
        office = held.holds(Role.OFFICE)
        for comment in comments:
            comment.is_mine = office or (held.member is not None and comment.author_id == held.member.pk)
        mine = held.member is not None and self.object.author_id == held.member.pk
        kwargs.setdefault("form", CommentForm(auto_id="comment_%s"))
        kwargs.setdefault("hide_form", HideForm(auto_id="hide_%s") if office else None)
        return super().get_context_data(comments=comments, member=held.member, mine=mine, office=office, **kwargs)

    def post(self, request, pk):
        """Say something."""
        self.object = self.get_object()
        member = roles(request.user).member
        if member is None:
            raise Http404
        form = CommentForm(request.POST, auto_id="comment_%s")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        updates.comment(update=self.object, member=member, text=form.cleaned_data["text"], by=request.user)
        return redirect(f"{self.object.get_absolute_url()}#comments")


@require_POST
@inside
def thank(request, pk):
    """Give thanks or take them back, and stay where one was."""
    update = get_object_or_404(Update.objects.visible_to(request.user), pk=pk)
    member = roles(request.user).member
    if member is None:
        raise Http404
    updates.thank(update=update, member=member)
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


@require_POST
@inside
def take_back_comment(request, pk):
    """Delete one's own comment; the office any."""
    comment = get_object_or_404(Comment.objects.select_related("update"), pk=pk)
    if not allowed(request.user, "delete", comment):
        raise Http404
    update = comment.update
    updates.take_back_comment(comment=comment, by=request.user)
    messages.success(request, _("评论已删除。"))
    return redirect(f"{update.get_absolute_url()}#comments")
