"""Staff updates (员工动态): posting one, changing its words, thanking, hiding, taking back."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from home import comments, mentions
from home.models import Reaction, Update, UpdateAudience, UpdatePhoto, Wording
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
    day = timezone.localdate(at)
    people = mentions.named(text, mentions.readers_of(update, day), day)
    update.save()
    mentions.keep(update=update, people=people, by=by)
    for photo in photos:
        UpdatePhoto(update=update, file=photo).save()
    log(instance=update, action="wagtail.create", user=by)
    return update


@transaction.atomic
def reword(*, update, text, by):
    """Change the words of an update; the earlier ones are kept, and who is named anew is told."""
    row = Update.objects.select_for_update().get(pk=update.pk)
    day = timezone.localdate()
    people = mentions.named(text, mentions.readers_of(row, day), day)
    if text == row.text:
        return row
    Wording(update=row, text=row.text, replaced_at=timezone.now()).save()
    row.text, row.edited_at = text, timezone.now()
    row.full_clean(validate_unique=False)
    row.save(update_fields=["text", "edited_at"])
    mentions.keep(update=row, people=people, by=by)
    log(instance=row, action="home.update.reword", user=by)
    return row


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
    author = update.author.user
    if because and author and author != by:
        notify(
            users=[author],
            kind=NotificationKind.UPDATE,
            text=lambda: _("您的动态已被隐藏：%(because)s") % {"because": because},
            address=update.get_absolute_url(),
            key=f"hidden:{update.pk}:{because}"[:100],
        )
    return update


@transaction.atomic
def take_back(*, update, by):
    """Delete an update with its photos and comments; the files go once that is settled."""
    comments.close_reports(Q(update=update) | Q(comment__update=update), by=by)
    files = [photo.file for photo in update.photos.all()]
    log(instance=update, action="wagtail.delete", user=by)
    update.delete()
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))
