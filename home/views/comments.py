"""One update with what colleagues say under it: commenting, answering, editing, taking back."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from home import comments, feed
from home.forms import CommentForm, HideForm, RewordForm
from home.mentions import marked
from home.models import Comment, Mention, Update
from staff.access import InsideMixin, allowed, inside, roles
from staff.choices import Role
from staff.forms.fields import put_errors


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
        office = held.holds(Role.OFFICE)
        page = Paginator(self.spoken().filter(reply_to=None), comments.PAGE_SIZE).get_page(self.request.GET.get("page"))
        for row in page:
            for one in (row, *row.answers):
                prepare(one, held.member, office)
        answered = self.answered()
        if "form" not in kwargs:
            initial = {"token": uuid.uuid4(), "reply_to": answered and answered.pk}
            kwargs["form"] = CommentForm(initial=initial, auto_id="comment_%s")
        kwargs.setdefault("hide_form", HideForm(auto_id="hide_%s") if office else None)
        feed.rows([self.object])
        return super().get_context_data(
            page_obj=page,
            member=held.member,
            mine=held.member is not None and self.object.author_id == held.member.pk,
            office=office,
            answered=answered,
            **kwargs,
        )

    def spoken(self):
        """The comments with authors, those named, and the answers to each."""
        people = Prefetch("mentions", Mention.objects.select_related("member"), to_attr="named")
        rows = Comment.objects.filter(update=self.object).select_related("author__unit").prefetch_related(people)
        return rows.prefetch_related(Prefetch("replies", rows, to_attr="answers"))

    def answered(self):
        """The comment that the reader wants to answer, if it still stands."""
        asked = self.request.POST.get("reply_to") or self.request.GET.get("reply", "")
        if not asked.isdigit() or len(asked) > 17:
            return None
        return Comment.objects.filter(update=self.object, removed_at=None, pk=asked).select_related("author").first()

    def post(self, request, pk):
        """Say something; an update that is gone meanwhile is said to be, and the words are given back."""
        member = roles(request.user).member
        if member is None:
            raise Http404
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            return gone(request)
        self.object = found
        form = CommentForm(request.POST, auto_id="comment_%s")
        if form.is_valid():
            try:
                said = comments.comment(update=found, member=member, by=request.user, **form.cleaned_data)
            except comments.UpdateGone:
                return gone(request)
            except ValidationError as error:
                put_errors(form, error)
            else:
                place = comments.page_of(said)
                page = f"?page={place}" if place > 1 else ""
                return redirect(f"{found.get_absolute_url()}{page}#comment-{said.pk}")
        if self.answered() is None:
            form.data = {**form.data.dict(), "reply_to": ""}
        return self.render_to_response(self.get_context_data(form=form))


def prepare(comment, member, office):
    """What one reader sees of a comment and may do to it."""
    mine = member is not None and comment.author_id == member.pk
    comment.shown = marked(comment.text, [mention.member for mention in comment.named])
    comment.may_delete = (mine or office) and not comment.removed_at
    comment.may_edit = mine and not comment.removed_at
    comment.may_report = member is not None and not mine and not comment.removed_at
    comment.kept_for_office = office and comment.removed_because


def gone(request):
    """The update is deleted or hidden by now: say so, and give the words back."""
    return render(request, "home/update_gone.html", {"text": request.POST.get("text", "")[:5000]}, status=404)


@require_POST
@inside
def take_back(request, pk):
    """Delete one's own comment; the office any."""
    comment = get_object_or_404(Comment.objects.select_related("update"), pk=pk)
    if not allowed(request.user, "delete", comment):
        raise Http404
    update = comment.update
    comments.take_back(comment=comment, by=request.user)
    messages.success(request, _("评论已删除。"))
    return redirect(f"{update.get_absolute_url()}#comments")


class CommentEditView(InsideMixin, FormView):
    """Other words for one's own comment; the earlier ones are kept."""

    form_class = RewordForm
    template_name = "home/update_edit.html"

    def dispatch(self, request, *args, **kwargs):
        """Only the author's own hand, as long as the comment stands."""
        if request.user.is_authenticated:
            mine = Comment.objects.permitted(request.user, "change").filter(removed_at=None)
            self.comment = get_object_or_404(mine, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """As long as a comment may be."""
        return {**super().get_form_kwargs(), "longest": Comment._meta.get_field("text").max_length}

    def get_initial(self):
        """The words as they are."""
        return {"text": self.comment.text}

    def get_context_data(self, **kwargs):
        """What is edited."""
        context = {"comment": self.comment, "back": self.comment.get_absolute_url(), **kwargs}
        return super().get_context_data(**context)

    def form_valid(self, form):
        """Keep both wordings."""
        try:
            comments.reword(comment=self.comment, text=form.cleaned_data["text"], by=self.request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已修改。"))
        return redirect(self.comment)
