"""Study material: what is to be read, that somebody finished it, and who did; no ranking and no clock.

Finishing is said once and for ever. For a member of the party the hours go into the ledger of `activities.study`, as
many as the page was worth on that day; for others nothing is counted, for no hours are asked of them.
"""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import study
from activities.choices import StudySource
from activities.models import StudyRecord
from home import readers as readers_of
from home.access import readers_kept
from home.front import CARD, PAGE_SIZE, picture
from home.models import StudyCompletion, StudyFor, StudyPage
from staff.access import roles
from staff.choices import COMMITTEE_POSTS
from staff.models import Member, Post

SHOWS = ("all", "open", "finished")


def visible(user):
    """The material that `user` may read, newest first, with whether it is `finished`."""
    member = roles(user).member
    mine = StudyCompletion.objects.filter(page=OuterRef("pk"), member=member)
    return StudyPage.objects.visible_to(user).newest().annotate(finished=Exists(mine))


def asked_of(member, on):
    """Which material is meant for `member`, as a Q: for all, for the party, for who holds a committee post."""
    wanted = [StudyFor.ALL]
    if member.in_party:
        wanted.append(StudyFor.PARTY)
        if Post.objects.on(on).filter(member=member, kind__in=COMMITTEE_POSTS).exists():
            wanted.append(StudyFor.COMMITTEE)
    return Q(meant_for__in=wanted)


def index(request):
    """One page of the material that the reader may read: all, or what they have or have not finished."""
    rows = visible(request.user)
    member = roles(request.user).member
    show = request.GET.get("show")
    show = show if member is not None and show in SHOWS else SHOWS[0]
    if show != "all":
        rows = rows.filter(finished=show == "finished")
    found = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found.object_list = list(found.object_list)
    picture(found.object_list, CARD)
    return {"page_obj": found, "member": member, "show": show}


def shown(page, user):
    """Whether the reader has finished it and may take that back, and whether they keep people who read it."""
    held = roles(user)
    if not held.inside:
        return {}
    done = StudyCompletion.objects.filter(page=page, member=held.member).select_related("record").first()
    return {
        "member": held.member,
        "done": done if held.member else None,
        "may_retract": bool(held.member and done and is_todays(done)),
        "keeps_readers": readers_kept(held) is not None,
    }


def is_todays(completion):
    """Whether it was finished today, and so may be taken back."""
    return timezone.localdate(completion.at) == timezone.localdate()


def still_open(member, user, on):
    """How much of what is meant for `member` and was published this year they have not finished."""
    done = StudyCompletion.objects.filter(member=member).order_by().values("page")
    meant = StudyPage.objects.visible_to(user).filter(asked_of(member, on), day__year=on.year)
    return meant.exclude(pk__in=done).count()


@transaction.atomic
def finish(*, page, member, by):
    """That `member` finished `page`; said again, or from a second phone at once, it is the same."""
    now = timezone.now()
    done, made = StudyCompletion.objects.get_or_create(page=page, member=member, defaults={"at": now})
    if made:
        day = timezone.localdate(now)
        # What the branch has entered under the same title and day counts already.
        entered = StudyRecord.objects.filter(member=member, day=day, title=page.title).exists()
        if member.in_party and not entered:
            [done.record] = study.record(
                members=[member], day=day, title=page.title, hours=page.hours, today=day, by=by,
                source=StudySource.MATERIAL,
            )  # fmt: skip
            done.save(update_fields=["record"])
        log(instance=done, action="home.study.finish", user=by, data={"page": page.pk})
    return done


@transaction.atomic
def retract(*, page, member, by):
    """Take back what was finished today, with its hours; later it stands."""
    done = StudyCompletion.objects.select_for_update().filter(page=page, member=member).first()
    if done is None:
        return
    if not is_todays(done):
        raise ValidationError(_("只能在学完当天撤回。"))
    log(instance=done, action="home.study.retract", user=by, data={"page": page.pk})
    record = done.record
    done.delete()
    if record is not None:
        study.remove(row=record, by=by)


def kept_pages(user):
    """Material whose readers `user` keeps."""
    return readers_of.kept(StudyPage, user)


def readers(page, user, day):
    """Those of `user`'s people for whom the page is meant, by branch and name: when they finished, what counts."""
    rows = readers_of.people(page, user, day)
    given = StudyCompletion.objects.filter(page=page, member=OuterRef("pk"))
    rows = rows.annotate(
        finished_at=Subquery(given.values("at")[:1]), counted=Subquery(given.values("record__hours")[:1])
    )
    done = Q(finished_at__isnull=False)
    if page.meant_for == StudyFor.PARTY:
        rows = rows.filter(done | Q(pk__in=Member.objects.in_party().order_by().values("pk")))
    elif page.meant_for == StudyFor.COMMITTEE:
        posts = Post.objects.on(day).filter(kind__in=COMMITTEE_POSTS)
        rows = rows.filter(done | Q(pk__in=posts.order_by().values("member")))
    return rows.order_by("branch__path", "unit__path", "spelling", "pk")


def counts(people):
    """How many have finished and how many have not."""
    done = Q(finished_at__isnull=False)
    return people.order_by().aggregate(finished=Count("pk", filter=done), waiting=Count("pk", filter=~done))
