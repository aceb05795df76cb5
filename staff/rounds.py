"""Rounds of deployment (轮次): drawn up with what host units ask for, approved with their people, closed in the end.

The office keeps rounds; a host unit's management asks for its own needs while the round is a draft. Who goes is
proposed in `staff.rosters`, in the turn that `staff.choosing` finds.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from staff import choosing, rosters
from staff.choices import NotificationKind, PostingState, RoundState
from staff.models import Member, Need, Round
from staff.notifications import notify, worded
from staff.rows import RowErrors

# The one table of what may become of a round.
ROUND_MOVES = {
    RoundState.DRAFT: {RoundState.APPROVED},
    RoundState.APPROVED: {RoundState.CLOSED},
    RoundState.CLOSED: set(),
}


def _locked(round):
    return Round.objects.select_for_update().get(pk=round.pk)


def _must_be_open(round):
    if round.state == RoundState.CLOSED:
        raise ValidationError(_("轮次已结束，不能再修改。"), code="transition")


@transaction.atomic
def create(*, by, source=None, **facts):
    """A draft round; with a `source` it starts from what host units asked for in that one, without its people."""
    round = Round(**facts)
    round.full_clean()
    round.save()
    log(instance=round, action="staff.round.create", user=by, data={"source": source.pk if source else None})
    if source is not None:
        Need.objects.bulk_create(
            Need(
                round=round,
                host_unit_id=need.host_unit_id,
                place=need.place,
                duty=need.duty,
                headcount=need.headcount,
                contact_id=need.contact_id,
            )
            for need in source.needs.order_by("pk")
        )
    return round


@transaction.atomic
def edit(*, round, by, **facts):
    """Correct a round that is not closed; its period goes on holding the first day of each of its postings."""
    round = _locked(round)
    _must_be_open(round)
    for name, value in facts.items():
        setattr(round, name, value)
    round.full_clean()
    outside = round.postings.exclude(starts__gte=round.starts, starts__lte=round.ends).count()
    if outside:
        raise ValidationError({"starts": _("有%(number)d人的派驻开始日期不在此期间内。") % {"number": outside}})
    round.save()
    log(instance=round, action="staff.round.edit", user=by)
    return round


@transaction.atomic
def discard(*, round, by):
    """Delete a draft that nobody is proposed in."""
    round = _locked(round)
    if round.state != RoundState.DRAFT or round.postings.exists():
        raise ValidationError(_("只有没有人员的拟定轮次可以删除。"), code="transition")
    log(instance=round, action="staff.round.discard", user=by)
    round.delete()


@transaction.atomic
def set_needs(*, round, rows, by):
    """Store what host units ask for: each row has the `need` that it is (None for a new one), its facts, and `delete`.

    All rows or none; `RowErrors` names each wrong one by its place. Needs without a row stay as they are.
    """
    round = _locked(round)
    _must_be_open(round)
    errors, filled = {}, dict(round.needs.with_filled().order_by().values_list("pk", "filled"))
    for place, row in rows.items():
        try:
            _set_need(round, row, filled)
        except ValidationError as error:
            errors[place] = error
    if errors:
        raise RowErrors(errors)
    log(instance=round, action="staff.round.needs", user=by, data={"rows": len(rows)})
    return round


def _set_need(round, row, filled):
    need = row["need"] or Need(round=round)
    people = filled.get(need.pk, 0)
    if row["delete"]:
        if people:
            raise ValidationError(_("该需求已安排%(number)d人，不能删除。") % {"number": people})
        if need.pk:
            need.delete()
        return
    host = row["facts"]["host_unit"]
    if people and need.host_unit_id != host.pk:
        raise ValidationError({"host_unit": _("该需求已安排%(number)d人，不能改换单位。") % {"number": people}})
    if row["facts"]["headcount"] < people:
        raise ValidationError({"headcount": _("已安排%(number)d人，需要人数不能更少。") % {"number": people}})
    for name, value in row["facts"].items():
        setattr(need, name, value)
    need.full_clean()
    need.save()


@transaction.atomic
def choose(*, need, picks, starts, ends, by, day):
    """Propose several people for `need` at once: `picks` are (member, reason) pairs; all or none.

    `RowErrors` has what is wrong with each, by the member's key.
    """
    round = _locked(need.round)
    free = need.headcount - Need.objects.with_filled().get(pk=need.pk).filled
    if len(picks) > free:
        facts = {"free": max(free, 0), "picked": len(picks)}
        raise ValidationError(_("该需求还缺%(free)d人，您选了%(picked)d人。") % facts)
    people = Member.objects.filter(pk__in=[member.pk for member, _reason in picks])
    turns = {one.pk: one for one in choosing.standings(round=round, people=people, day=day)}
    made, errors = [], {}
    for member, reason in picks:
        try:
            made.append(
                rosters.propose(
                    round=round,
                    need=need,
                    member=member,
                    host_unit=need.host_unit,
                    duty=need.duty,
                    starts=starts,
                    ends=ends,
                    again_reason=reason,
                    standing=turns.get(member.pk),
                    by=by,
                )
            )
        except ValidationError as error:
            errors[member.pk] = error
    if errors:
        raise RowErrors(errors)
    return made


@transaction.atomic
def approve(*, round, by, postings=None):
    """Approve a draft round and what is proposed in it, or only those of `postings`; answers the postings approved."""
    round = _locked(round)
    if round.state == RoundState.DRAFT:
        round.state = RoundState.APPROVED
        round.save(update_fields=["state"])
        log(instance=round, action="staff.round.approve", user=by)
    if round.state != RoundState.APPROVED:
        raise ValidationError(_("轮次已结束，不能再批准。"), code="transition")
    proposed = round.postings.select_for_update(of=("self",)).filter(state=PostingState.PROPOSED)
    if postings is not None:
        proposed = proposed.filter(pk__in=[posting.pk for posting in postings])
    proposed = list(proposed.select_related("member__user", "member__branch", "host_unit"))
    for posting in proposed:
        rosters.put_in_post(posting, by=by)
    return proposed


@transaction.atomic
def decline(*, posting, reason, by):
    """Say no to a proposal: it is deleted, and whoever proposed it reads why."""
    posting = rosters.locked(posting)
    if posting.state != PostingState.PROPOSED:
        raise ValidationError(_("只有拟派人员可以不同意。"), code="transition")
    if not reason.strip():
        raise ValidationError({"reason": _("请填写不同意的原因。")}, code="required")
    proposals = ModelLogEntry.objects.for_instance(posting).filter(action="staff.posting.propose")
    proposer = next((entry.user for entry in proposals.select_related("user") if entry.user_id), None)
    log(instance=posting, action="staff.posting.decline", user=by, data={"reason": reason})
    if proposer is not None and proposer != by:
        text = gettext_lazy("您提出的%(name)s派驻%(unit)s未获同意：%(reason)s")
        facts = {"name": posting.member, "unit": posting.host_unit, "reason": reason}
        notify(
            users=[proposer],
            kind=NotificationKind.DEPLOYMENT,
            text=worded(text, facts),
            address=posting.round.get_absolute_url(),
            key=f"posting:{posting.pk}:declined",
        )
    posting.delete()


@transaction.atomic
def decide(*, round, verdicts, by):
    """The office's word on proposals: `verdicts` maps a posting to None (yes) or to the reason why not.

    Answers those approved. A proposal left out waits; a draft of which nobody is approved stays a draft, unless there
    is nobody in it.
    """
    anybody = round.postings.filter(state=PostingState.PROPOSED).exists()
    errors = {}
    for posting, reason in verdicts.items():
        if reason is None:
            continue
        try:
            decline(posting=posting, reason=reason, by=by)
        except ValidationError as error:
            errors[posting.pk] = error
    if errors:
        raise RowErrors(errors)
    approved = [posting for posting, reason in verdicts.items() if reason is None]
    return approve(round=round, by=by, postings=approved) if approved or not anybody else []


@transaction.atomic
def close(*, round, by):
    """Close a round in which nobody serves any more."""
    round = _locked(round)
    if RoundState.CLOSED not in ROUND_MOVES[round.state]:
        raise ValidationError(_("只有已批准的轮次可以结束。"), code="transition")
    if round.postings.filter(state__in=(PostingState.PROPOSED, PostingState.IN_POST)).exists():
        raise ValidationError(_("本轮次仍有拟派或在岗人员，不能结束。"), code="transition")
    round.state = RoundState.CLOSED
    round.save(update_fields=["state"])
    log(instance=round, action="staff.round.close", user=by)
    return round
