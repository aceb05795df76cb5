"""Staff updates (员工动态): posting one, saying something under it, thanking, hiding, taking back."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from home.models import Comment, Reaction, Update, UpdatePhoto
from home.models.updates import UpdateAudience
from staff.choices import NotificationKind
from staff.models import Posting
from staff.notifications import notify

MAX_PHOTOS = 9


def post(*, member, text, audience, token, activity=None, plot=None, photos=(), by, at=None):
    """Store what `member` posts, once however often it is sent: the same `token` answers with what is stored.

    Whoever is posted away posts from there: the posting of the day is kept with it.
    """
    known = Update.objects.filter(token=token).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _store(member, text, audience, token, activity, plot, photos, by, at or timezone.now())
    except IntegrityError:
        # The same update arrived twice at one moment: the first one stands.
        known = Update.objects.filter(token=token).first()
        if known is None:
            raise
        return known


def _store(member, text, audience, token, activity, plot, photos, by, at):
    if len(photos) > MAX_PHOTOS:
        raise ValidationError({"photos": _("照片最多%(n)d张。") % {"n": MAX_PHOTOS}})
    if audience == UpdateAudience.BRANCH and member.branch_id is None:
        raise ValidationError({"audience": _("您没有所在支部，请选择其他阅读范围。")})
    update = Update(
        author=member,
        text=text,
        audience=audience,
        token=token,
        unit=member.unit,
        branch=member.branch,
        activity=activity,
        plot=plot,
        posting=Posting.objects.on(timezone.localdate(at)).filter(member=member).first(),
        posted_at=at,
    )
    update.full_clean(validate_unique=False)
    update.save()
    for photo in photos:
        UpdatePhoto(update=update, file=photo).save()
    log(instance=update, action="wagtail.create", user=by)
    return update


@transaction.atomic
def comment(*, update, member, text, by):
    """Say something under an update; its author is told."""
    said = Comment(update=update, author=member, text=text)
    said.full_clean()
    said.save()
    log(instance=said, action="wagtail.create", user=by)
    user = update.author.user
    if user is not None and user != by:
        notify(
            users=[user],
            kind=NotificationKind.UPDATE,
            text=_("%(name)s评论了您的动态：%(text)s") % {"name": member.name, "text": text},
            address=update.get_absolute_url(),
            key=f"comment:{said.pk}",
        )
    return said


def thank(*, update, member):
    """Give thanks for an update, or take them back; answers whether they are given now."""
    _row, made = Reaction.objects.get_or_create(update=update, member=member)
    if not made:
        Reaction.objects.filter(update=update, member=member).delete()
    return made


@transaction.atomic
def hide(*, update, because, by):
    """Take an update out of everybody's sight but its author's and the office's, or show it again (no reason)."""
    update.hidden_because = because
    update.full_clean()
    update.save(update_fields=["hidden_because"])
    log(instance=update, action="wagtail.edit", user=by, data={"hidden": bool(because)})
    return update


@transaction.atomic
def take_back(*, update, by):
    """Delete an update with its photos and comments; the files go once that is settled."""
    files = [photo.file for photo in update.photos.all()]
    log(instance=update, action="wagtail.delete", user=by)
    update.delete()
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))


@transaction.atomic
def take_back_comment(*, comment, by):
    """Delete a comment."""
    log(instance=comment, action="wagtail.delete", user=by)
    comment.delete()
