"""Comments under updates: saying something, answering it, changing one's words, taking them back."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from home import mentions
from home.models import Comment, Report, ReportOutcome, Update, Wording
from staff.choices import NotificationKind
from staff.notifications import notify, worded

PAGE_SIZE = 50


class UpdateGone(Exception):
    """The update under which something was to be said is not there any more."""


def comment(*, update, member, text, by, token=None, reply_to=None):
    """Say something under an update, or answer a comment under it, once however often it is sent.

    The author of the update, of the comment that is answered, and those named are told, each once. Raises `UpdateGone`
    when the update was deleted meanwhile.
    """
    known = Comment.objects.filter(token=token).first() if token else None
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _store(update, member, text, by, token, reply_to)
    except IntegrityError:
        # The same comment arrived twice at one moment: the first one stands.
        known = Comment.objects.filter(token=token).first() if token else None
        if known is None:
            raise
        return known


def _store(update, member, text, by, token, reply_to):
    if Update.objects.select_for_update().filter(pk=update.pk).first() is None:
        raise UpdateGone
    people = mentions.named(text, mentions.readers_of(update, timezone.localdate()), timezone.localdate())
    answered = None
    if reply_to is not None:
        answered = Comment.objects.filter(pk=reply_to, update=update, removed_at=None).select_related("author__user")
        answered = answered.first()
        if answered is None:
            raise ValidationError({"text": _("您要回复的评论已经删除。可以改为直接评论，内容已为您保留。")})
    said = Comment(token=token, update=update, author=member, text=text)
    said.full_clean(validate_unique=False)
    # Answers stand one level deep: who answers an answer speaks under the same comment.
    said.reply_to_id = answered and (answered.reply_to_id or answered.pk)
    said.save()
    log(instance=said, action="wagtail.create", user=by)
    told = _tell(said, answered, by)
    mentions.keep(update=update, comment=said, people=people, by=by, told=told)
    return said


def _tell(said, answered, by):
    """Tell whose comment is answered and whose update it is; answers who was told."""
    told = []
    words = {"name": said.author.name, "text": said.text}
    for author, text in (
        (answered and answered.author, gettext_lazy("%(name)s回复了您的评论：%(text)s")),
        (said.update.author, gettext_lazy("%(name)s评论了您的动态：%(text)s")),
    ):
        user = author and author.user
        if user and user != by and user not in told:
            notify(
                users=[user],
                kind=NotificationKind.UPDATE,
                text=worded(text, words),
                address=said.get_absolute_url(),
                key=f"comment:{said.pk}",
            )
            told.append(user)
    return told


@transaction.atomic
def reword(*, comment, text, by):
    """Change the words of a comment; the earlier ones are kept, and who is named anew is told."""
    row = Comment.objects.select_for_update(of=("self",)).select_related("update__author", "author").get(pk=comment.pk)
    if row.removed_at:
        raise ValidationError({"text": _("这条评论已经删除，不能再修改。")})
    day = timezone.localdate()
    people = mentions.named(text, mentions.readers_of(row.update, day), day)
    if text == row.text:
        return row
    Wording(comment=row, text=row.text, replaced_at=timezone.now()).save()
    row.text, row.edited_at = text, timezone.now()
    row.full_clean(validate_unique=False)
    row.save(update_fields=["text", "edited_at"])
    mentions.keep(update=row.update, comment=row, people=people, by=by)
    log(instance=row, action="home.comment.reword", user=by)
    return row


@transaction.atomic
def take_back(*, comment, by):
    """Delete a comment; where others answered it, its place stays, empty."""
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    close_reports(Q(comment=row), by=by)
    log(instance=row, action="wagtail.delete", user=by)
    if row.replies.exists():
        row.text, row.removed_at = "", row.removed_at or timezone.now()
        row.save(update_fields=["text", "removed_at"])
        row.mentions.all().delete()
        row.wordings.all().delete()
    else:
        row.delete()


@transaction.atomic
def remove(*, comment, because, by):
    """The office takes a comment out of everybody's sight; its author is told why."""
    row = Comment.objects.select_for_update(of=("self",)).select_related("author__user").get(pk=comment.pk)
    row.removed_at, row.removed_because = timezone.now(), because
    row.full_clean(validate_unique=False)
    row.save(update_fields=["removed_at", "removed_because"])
    log(instance=row, action="home.comment.remove", user=by)
    if row.author.user and row.author.user != by:
        notify(
            users=[row.author.user],
            kind=NotificationKind.UPDATE,
            text=lambda: _("您的一条评论已被删除：%(because)s") % {"because": because},
            address=row.get_absolute_url(),
            key=f"comment-removed:{row.pk}",
        )
    return row


def close_reports(q, *, by):
    """Whoever took their own words back has settled what was held against them."""
    settled = {"outcome": ReportOutcome.GONE, "answer": _("作者已自行删除。"), "handled_by": by}
    Report.objects.filter(q, outcome=ReportOutcome.WAITING).update(**settled, handled_at=timezone.now())


def page_of(comment):
    """On which page of its update's comments one stands."""
    first = comment if comment.reply_to_id is None else comment.reply_to
    before = Comment.objects.filter(update=comment.update_id, reply_to=None).filter(
        Q(posted_at__lt=first.posted_at) | Q(posted_at=first.posted_at, pk__lt=first.pk)
    )
    return before.count() // PAGE_SIZE + 1
