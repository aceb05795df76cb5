"""Who serves where: proposing and changing postings (派驻) within a round (`staff.rounds`).

Nothing is overwritten: every change leaves a `PostingChange` with its reason. Whatever the state, the database keeps
one posting a day for a person; when it refuses, the caller gets `Overlap`. Leave from a posting is in `staff.leaves`.
"""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff import choosing, leaves, overlaps
from staff.choices import ChangeKind, NotificationKind, PostingState, PostKind, RoundState
from staff.models import Need, Post, Posting, PostingChange, Round
from staff.notifications import notify, worded
from staff.periods import days_between

# The one table of what may become of a posting; a proposal not taken is deleted.
POSTING_MOVES = {
    PostingState.PROPOSED: {PostingState.IN_POST},
    PostingState.IN_POST: {PostingState.COMPLETED, PostingState.RECALLED, PostingState.REPLACED},
    PostingState.COMPLETED: set(),
    PostingState.RECALLED: set(),
    PostingState.REPLACED: set(),
}
# A posting of more than this many days raises a note that the membership should be transferred (组织关系).
LONG_POSTING_DAYS = 183


class Overlap(ValidationError):
    """The person already serves elsewhere on one of these days."""


def version(posting):
    """What a form carries of the posting as it was shown: somebody else's change makes it another."""
    return f"{posting.state}.{posting.starts:%Y%m%d}.{posting.ends:%Y%m%d}.{posting.host_unit_id}"


def is_long(posting):
    """Whether the posting lasts more than six months."""
    return days_between(posting.starts, posting.ends) > LONG_POSTING_DAYS


def contact_of(posting):
    """The key of the host's contact: the one that its need names, else one of another need there, or None."""
    if posting.need_id and posting.need.contact_id:
        return posting.need.contact_id
    here = Need.objects.filter(round=posting.round_id, host_unit=posting.host_unit_id, contact__isnull=False)
    return here.order_by("pk").values_list("contact", flat=True).first()


def locked(posting, *, seen=None):
    """The posting as it is now, held until the transaction ends. Raises when it is not the one that was `seen`."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("member", "round").get(pk=posting.pk)
    if seen and seen != version(posting):
        raise ValidationError(_("这条派驻已被他人修改。以下为最新情况，请核对后重新提交。"), code="stale")
    return posting


def save(posting):
    """Check and store a posting; the database's refusal of a doubled day becomes `Overlap`, naming the field."""
    posting.full_clean()
    try:
        with transaction.atomic():
            posting.save()
    except IntegrityError as error:
        if not overlaps.is_refusal(error):
            raise
        raise Overlap({"starts": _overlap_text(posting)}) from None
    return posting


def _overlap_text(posting):
    """The guard's message, with the posting that is in the way."""
    other = (
        Posting.objects.filter(member=posting.member_id, starts__lte=posting.ends, ends__gte=posting.starts)
        .exclude(pk=posting.pk)
        .select_related("host_unit")
        .first()
    )
    text = str(overlaps.MESSAGES[overlaps.POSTING_OVERLAP])
    if other is None:
        return text
    return text + _("（%(unit)s，%(starts)s 至 %(ends)s）") % {
        "unit": other.host_unit,
        "starts": other.starts,
        "ends": other.ends,
    }


def _advance(posting, state):
    """Move to `state` if the table allows it."""
    if state not in POSTING_MOVES[posting.state]:
        raise ValidationError(
            _("“%(now)s”的派驻不能改为“%(wanted)s”。")
            % {"now": posting.get_state_display(), "wanted": PostingState(state).label},
            code="transition",
        )
    posting.state = state


def _must_serve(posting):
    """Only a posting under way is extended, moved or ended."""
    if posting.state != PostingState.IN_POST:
        raise ValidationError(_("“%(now)s”的派驻不能变更。") % {"now": posting.get_state_display()}, code="transition")


def _tell(posting, text, key):
    """Tell the deployed person."""
    if posting.member.user_id:
        notify(
            users=[posting.member.user],
            kind=NotificationKind.DEPLOYMENT,
            text=text,
            address=posting.get_absolute_url(),
            key=key,
        )


def _tell_posted(posting):
    """Tell the deployed person where and how long they serve."""
    text = gettext_lazy("您已被派驻%(unit)s，%(starts)s 至 %(ends)s。")
    facts = {"unit": posting.host_unit, "starts": posting.starts, "ends": posting.ends}
    _tell(posting, worded(text, facts), f"posting:{posting.pk}:approved")


def _ask_about_membership(posting):
    """Tell the secretary of the branch that a long posting may move the membership with the person."""
    if not is_long(posting) or not posting.member.in_party:
        return
    posts = Post.objects.on(timezone.localdate()).filter(
        organisation=posting.member.branch_id, kind=PostKind.SECRETARY, member__user__isnull=False
    )
    text = gettext_lazy("%(name)s派驻%(unit)s超过6个月，请研究是否转接组织关系。")
    notify(
        users=[post.member.user for post in posts.select_related("member__user")],
        kind=NotificationKind.DEPLOYMENT,
        text=lambda: text % {"name": posting.member, "unit": posting.host_unit},
        address=posting.get_absolute_url(),
        key=f"posting:{posting.pk}:membership",
    )


@transaction.atomic
def propose(*, round, member, host_unit, duty, starts, ends, need=None, again_reason="", standing=None, by):
    """Put somebody forward for a posting from their own unit. Raises Overlap when they serve elsewhere then.

    Choosing somebody again before the others of their unit takes an `again_reason`. Whoever proposes many passes the
    `standing` of each, so that the turn is counted once.
    """
    round = Round.objects.select_for_update().get(pk=round.pk)
    if round.state == RoundState.CLOSED:
        raise ValidationError(_("轮次已结束，不能再增加人员。"), code="transition")
    if need is not None and Need.objects.with_filled().get(pk=need.pk).filled >= need.headcount:
        raise ValidationError({"need": _("该需求已配齐。")}, code="filled")
    posting = Posting(
        round=round,
        need=need,
        member=member,
        home_unit=member.unit,
        host_unit=host_unit,
        duty=duty,
        starts=starts,
        ends=ends,
        again_reason=again_reason,
    )
    _must_be_their_turn(posting, standing)
    save(posting)
    log(instance=posting, action="staff.posting.propose", user=by)
    return posting


def _must_be_their_turn(posting, standing):
    """Nobody is chosen again before the others of their office unless there is a reason."""
    if posting.again_reason:
        return
    found = standing or choosing.standing(round=posting.round, member=posting.member, day=timezone.localdate())
    if found.out_of_turn:
        text = _("%(name)s%(why)s，请填写再次选派的理由。") % {"name": posting.member, "why": found.why}
        raise ValidationError({"again_reason": text}, code="turn")


@transaction.atomic
def withdraw(*, posting, by, seen=None):
    """Take a proposal back: it is deleted, and its days are free again."""
    posting = locked(posting, seen=seen)
    if posting.state != PostingState.PROPOSED:
        raise ValidationError(_("已批准的派驻不能撤回，请提前结束或召回。"), code="transition")
    log(instance=posting, action="staff.posting.withdraw", user=by)
    posting.delete()


def put_in_post(posting, *, by):
    """A proposal becomes a fact: the person is told, and for a long one the secretary of their branch."""
    _advance(posting, PostingState.IN_POST)
    posting.save(update_fields=["state"])
    log(instance=posting, action="staff.posting.approve", user=by)
    _tell_posted(posting)
    _ask_about_membership(posting)


@transaction.atomic
def note_membership(*, posting, note, by, seen=None):
    """Write down what became of the membership of somebody posted for more than six months (组织关系)."""
    posting = locked(posting, seen=seen)
    if not is_long(posting):
        raise ValidationError(_("派驻不超过6个月，不需办理组织关系转接。"), code="transition")
    posting.membership_note = note
    posting.full_clean()
    posting.save(update_fields=["membership_note"])
    log(instance=posting, action="staff.posting.membership", user=by)
    return posting


@transaction.atomic
def extend(*, posting, until, reason, by, seen=None):
    """Serve until `until` instead of `posting.ends`; the old end stays in a PostingChange. Raises Overlap."""
    posting = locked(posting, seen=seen)
    _must_serve(posting)
    if until <= posting.ends:
        raise ValidationError({"until": _("延期后的结束日期须晚于%(ends)s。") % {"ends": posting.ends}})
    old = posting.ends
    posting.ends = until
    save(posting)
    if days_between(posting.starts, old) <= LONG_POSTING_DAYS:
        _ask_about_membership(posting)
    return _changed(posting, ChangeKind.EXTENSION, "extend", old + timedelta(days=1), old, reason, by)


@transaction.atomic
def end_early(*, posting, day, reason, by, seen=None):
    """Make `day` the last day; leave and duties after it fall away. It is completed once that day has passed."""
    posting = locked(posting, seen=seen)
    _must_serve(posting)
    old = posting.ends
    _cut(posting, day, by)
    save(posting)
    return _changed(posting, ChangeKind.EARLY_END, "early_end", day, old, reason, by)


@transaction.atomic
def recall(*, posting, day, reason, by, seen=None):
    """Call somebody back: `day` is their last day."""
    posting = locked(posting, seen=seen)
    _advance(posting, PostingState.RECALLED)
    old = posting.ends
    _cut(posting, day, by, whole=True)
    save(posting)
    return _changed(posting, ChangeKind.RECALL, "recall", day, old, reason, by)


@transaction.atomic
def move(*, posting, host_unit, duty, day, reason, by, seen=None):
    """Serve at `host_unit` from `day` on, as a posting of its own, so that every earlier day still shows the old place.

    A move on or before the first day changes the place in place. Answers the posting that holds from `day`.
    """
    posting = locked(posting, seen=seen)
    _must_serve(posting)
    if host_unit == posting.host_unit and duty == posting.duty:
        raise ValidationError({"host_unit": _("接收单位和岗位职责均未改变。")})
    if day > posting.ends:
        raise ValidationError({"day": _("生效日期须在派驻期间内。")})
    if posting.leaves.in_force().filter(ends__gte=day).exists():
        raise ValidationError({"day": _("该日之后还有已批准的请假，请先销假。")})
    old_host, old_ends = posting.host_unit, posting.ends
    hosts = {"old_host_unit": old_host, "new_host_unit": host_unit}
    if day <= posting.starts:
        posting.host_unit, posting.duty, posting.need = host_unit, duty, None
        save(posting)
        _changed(posting, ChangeKind.MOVE, "move", day, old_ends, reason, by, **hosts)
        return posting
    _cut(posting, day - timedelta(days=1), by, whole=True)
    _advance(posting, PostingState.COMPLETED)
    save(posting)
    _changed(posting, ChangeKind.MOVE, "move", day, old_ends, reason, by, **hosts)
    return _successor(posting, member=posting.member, host_unit=host_unit, duty=duty, day=day, ends=old_ends, by=by)


@transaction.atomic
def replace(*, posting, member, day, reason, by, handover="", seen=None):
    """`member` takes over from `day` until the planned end; the predecessor's last day is the day before.

    What is handed over is kept with the change, and the successor reads it.
    """
    posting = locked(posting, seen=seen)
    if member == posting.member:
        raise ValidationError({"member": _("接替人不能是本人。")})
    if not posting.starts < day <= posting.ends:
        raise ValidationError({"day": _("接替日期须在派驻期间内，且晚于开始日期。")})
    _advance(posting, PostingState.REPLACED)
    old = posting.ends
    _cut(posting, day - timedelta(days=1), by, whole=True)
    save(posting)
    _changed(posting, ChangeKind.REPLACEMENT, "replace", day, old, reason, by, handover=handover)
    here = {"host_unit": posting.host_unit, "duty": posting.duty, "need": posting.need}
    return _successor(posting, member=member, day=day, ends=old, by=by, replaces=posting, **here)


def _successor(posting, *, member, host_unit, duty, day, ends, by, need=None, replaces=None):
    """The posting that goes on from `day` after a move or a replacement, in post at once."""
    successor = save(
        Posting(
            round=posting.round,
            need=need,
            member=member,
            home_unit=member.unit if member != posting.member else posting.home_unit,
            host_unit=host_unit,
            duty=duty,
            starts=day,
            ends=ends,
            state=PostingState.IN_POST,
            replaces=replaces,
        )
    )
    log(instance=successor, action="staff.posting.approve", user=by)
    _tell_posted(successor)
    return successor


def _cut(posting, day, by, *, whole=False):
    """Make `day` the last one: earlier than planned (or the planned one too, when `whole`), not before the first."""
    if day < posting.starts:
        raise ValidationError({"day": _("日期不能早于派驻开始日期%(starts)s。") % {"starts": posting.starts}})
    if day > posting.ends or (day == posting.ends and not whole):
        raise ValidationError({"day": _("日期须早于计划结束日期%(ends)s。") % {"ends": posting.ends}})
    posting.ends = day
    leaves.cut(posting=posting, day=day, by=by)
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    for duty in posting.duties.filter(shift__starts__gte=after):
        log(instance=duty, action="wagtail.delete", user=by)
        duty.delete()


def _changed(posting, kind, action, day, old_ends, reason, by, **facts):
    """Write the change down and tell the person."""
    change = PostingChange(
        posting=posting, kind=kind, day=day, old_ends=old_ends, new_ends=posting.ends, reason=reason, **facts
    )
    change.full_clean()
    change.save()
    log(instance=posting, action=f"staff.posting.{action}", user=by, data={"change": change.pk})
    text = gettext_lazy("您的派驻有变更：%(kind)s，结束日期%(ends)s。")
    told = worded(text, {"kind": ChangeKind(kind).label, "ends": posting.ends})
    _tell(posting, told, f"change:{change.pk}")
    return posting


@transaction.atomic
def close_ended(*, day, by=None):
    """Complete the postings whose last day has passed (`manage.py tick`); answers how many."""
    ended = list(Posting.objects.select_for_update().due_to_complete(day))
    for posting in ended:
        _advance(posting, PostingState.COMPLETED)
        posting.save(update_fields=["state"])
        log(instance=posting, action="staff.posting.complete", user=by)
    return len(ended)
