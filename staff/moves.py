"""People come, move and go: each change of branch, unit or service is dated and keeps its reason.

The pages, the admin and the workbooks all come here: whichever way a record is changed, the same is refused and the
same follows. What has no page of its own for it changes the record and asks `change_of` what that amounts to.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.choices import LEAVING, PostingState, TransferKind
from staff.log_actions import log_all
from staff.models import Member, Post, Posting, Transfer, User
from staff.posts import sync_groups

# Where somebody stands: a change of any of these is a move.
PLACE = ("unit_id", "branch_id", "group_id")
BATCH = 500


@dataclass(frozen=True)
class Change:
    """What becomes of one person's place: `member` has the new one already; `stood` is the old one, None of who is
    new."""

    member: Member
    kind: str
    day: date
    stood: dict | None
    reason: str = ""

    @property
    def leaves(self):
        """Whether they leave the bureau with it."""
        return self.kind in LEAVING

    @property
    def row(self):
        """The record of it, not stored yet."""
        here = {"branch_id": self.member.branch_id, "unit_id": self.member.unit_id}
        before = {} if self.kind == TransferKind.RETURNED else self.stood or here
        after = {} if self.leaves else here
        return Transfer(
            member=self.member,
            kind=self.kind,
            day=self.day,
            reason=self.reason,
            from_branch_id=before.get("branch_id"),
            from_unit_id=before.get("unit_id"),
            to_branch_id=after.get("branch_id"),
            to_unit_id=after.get("unit_id"),
        )


@dataclass(frozen=True)
class Records:
    """What changes are measured against: each person's last change, and the last day that they are deployed."""

    changed: dict
    deployed: dict

    @classmethod
    def of(cls, *members):
        """Those of `members`, or of everybody; two queries either way."""
        changes, postings = Transfer.objects.order_by(), Posting.objects.filter(state=PostingState.IN_POST).order_by()
        if members:
            changes, postings = changes.filter(member__in=members), postings.filter(member__in=members)
        return cls(
            dict(changes.values_list("member").annotate(Max("day"))),
            dict(postings.values_list("member").annotate(Max("ends"))),
        )

    def refuse(self, change):
        """Raise what stands in the way of `change`, beside the day."""
        if not change.leaves and change.day > timezone.localdate():
            raise ValidationError({"day": _("日期不能晚于今天。")})
        if change.leaves and (until := self.deployed.get(change.member.pk)) and until >= change.day:
            raise ValidationError({"day": _("该人员届时仍在下沉派驻，请先在派驻页面召回或提前结束。")})
        if (last := self.changed.get(change.member.pk)) and change.day < last:
            raise ValidationError({"day": _("日期不能早于上一次变动（%(day)s）。") % {"day": last}})


def standing(member):
    """Where `member` stands, and since when they are gone, by the names of the fields."""
    return {name: getattr(member, name) for name in (*PLACE, "left_on")}


def change_of(*, member, stood, day, kind=None, reason=""):
    """What it means that `member` is now as it is and `stood` as it did (None: is new); None when nobody moved.

    A move and a return are of `day`; a leaving is of the day filled in, by the `kind` given or of none known.
    """
    left = stood and stood["left_on"]
    moved = stood is not None and any(stood[name] != getattr(member, name) for name in PLACE)
    if left and member.left_on and left != member.left_on:
        raise ValidationError({"left_on": _("该人员已于%(day)s离职。") % {"day": left}})
    if left and member.left_on and moved:
        raise ValidationError(_("该人员已离职，请先办理返回。"), code="stale")
    if member.left_on and not left:
        if moved:
            raise ValidationError({"left_on": _("办理离职时不能同时变动单位、支部或党小组，请分两次办理。")})
        return Change(member, kind or TransferKind.LEFT, member.left_on, stood, reason)
    if left and not member.left_on:
        if day < left:
            raise ValidationError({"day": _("返回日期不能早于离职日期（%(day)s）。") % {"day": left}})
        return Change(member, TransferKind.RETURNED, day, stood, reason)
    return Change(member, TransferKind.MOVED, day, stood, reason) if moved else None


@transaction.atomic
def move(*, member, day, unit, branch=None, group=None, reason="", by):
    """Bring `member` to another unit, branch or group from `day` on; what they hold is then asked to be handed over."""
    member, stood = _held(member)
    member.unit, member.branch, member.group = unit, branch, group
    change = change_of(member=member, stood=stood, day=day, reason=reason)
    if change is None:
        raise ValidationError({"unit": _("单位、支部和党小组都没有变化。")})
    return _make(change, by)


@transaction.atomic
def leave(*, member, kind, day, reason="", by):
    """Let `member` leave the bureau: `day` is the first without them. Party posts end; nobody leaves while in post."""
    member, stood = _held(member)
    if kind not in LEAVING:
        raise ValidationError({"kind": _("请选择离开的方式。")})
    if stood["left_on"]:
        raise ValidationError(_("该人员已于%(day)s离职。") % {"day": stood["left_on"]}, code="stale")
    member.left_on = day
    return _make(change_of(member=member, stood=stood, day=day, kind=kind, reason=reason), by)


@transaction.atomic
def come_back(*, member, day, unit, branch=None, group=None, reason="", by):
    """Take `member` back into service from `day` on."""
    member, stood = _held(member)
    if not stood["left_on"]:
        raise ValidationError(_("该人员在职，无需办理返回。"), code="stale")
    member.left_on, member.unit, member.branch, member.group = None, unit, branch, group
    return _make(change_of(member=member, stood=stood, day=day, reason=reason), by)


@transaction.atomic
def follow(*, member, stood, by):
    """`member` was stored otherwise than it `stood`, by a form that asks for no day or reason: what it amounts to is
    recorded as of today, or refused."""
    change = change_of(member=member, stood=stood, day=timezone.localdate())
    if change is not None:
        Records.of(member).refuse(change)
        record([change], by=by)


@transaction.atomic
def record(changes, *, by):
    """Write down changes that nothing stands in the way of, their members stored: the posts of those who leave end,
    and their groups follow. The number of queries grows with batches, not with people."""
    leaving = {change.member.pk: change.day for change in changes if change.leaves}
    for start in range(0, len(leaving), BATCH):
        _end_posts(dict(list(leaving.items())[start : start + BATCH]))
    rows = Transfer.objects.bulk_create([change.row for change in changes], batch_size=BATCH)
    log_all(
        "staff.member.move",
        [(change.member, {"kind": change.kind, "day": change.day.isoformat()}) for change in changes],
        by=by,
    )
    return rows


def _end_posts(leaving):
    """End the posts of who leaves on the day before (days by member); one that had not begun by then never was."""
    posts = Post.objects.filter(member__in=leaving).select_related("member")
    posts = [post for post in posts if post.ends is None or post.ends >= leaving[post.member_id]]
    held = [post for post in posts if post.starts < leaving[post.member_id]]
    for post in held:
        post.ends = leaving[post.member_id] - timedelta(days=1)
    Post.objects.bulk_update(held, ["ends"])
    Post.objects.filter(pk__in=[post.pk for post in posts if post.starts >= leaving[post.member_id]]).delete()
    if users := {post.member.user_id for post in posts} - {None}:
        sync_groups(users=User.objects.filter(pk__in=users))


def _held(member):
    """The member locked, and where they stand."""
    rows = Member.objects.select_for_update(of=("self",)).select_related("unit", "branch", "group")
    held = rows.get(pk=member.pk)
    return held, standing(held)


def _make(change, by):
    Records.of(change.member).refuse(change)
    change.member.full_clean()
    change.member.save()
    return record([change], by=by)[0]
