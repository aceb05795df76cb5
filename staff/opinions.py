"""What is said of a posting at its end (鉴定): the host unit's opinion, the home branch's, and the person's own
statement; each once. Who gives which is decided in `staff.policies`."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff import access
from staff.choices import NotificationKind, PostingState, Side
from staff.models import Opinion, Posting
from staff.notifications import notify

# Opinions may be written from this many days before the planned end, so that people leave with them.
DAYS_BEFORE_END = 7


@dataclass(frozen=True)
class Said:
    """One side of the appraisal: what it said, and whether the reader may say it now."""

    side: Side
    opinion: Opinion | None
    may: bool

    @property
    def label(self):
        """Whose it is."""
        return self.side.label


def is_due(posting, day):
    """Whether the posting is over, or nearly."""
    return posting.is_served and (
        posting.state != PostingState.IN_POST or day >= posting.ends - timedelta(days=DAYS_BEFORE_END)
    )


def may_give(user, posting, side):
    """Whether `user` speaks for that side."""
    return access.allowed(user, f"opinion_{side}", posting)


def of(posting, user, day):
    """The three sides of the appraisal as `user` meets them; nothing before the end draws near."""
    given = {opinion.side: opinion for opinion in posting.opinions.all()}
    due = is_due(posting, day)
    if not given and not due:
        return []
    return [
        Said(side, given.get(side), may=due and side not in given and may_give(user, posting, side)) for side in Side
    ]


@transaction.atomic
def give(*, posting, side, text, signed_by, signed_on, by):
    """Write down what a side says, once. The person is told."""
    posting = (
        Posting.objects.select_for_update(of=("self",)).select_related("member__user", "host_unit").get(pk=posting.pk)
    )
    if not is_due(posting, signed_on):
        raise ValidationError(
            {"signed_on": _("派驻结束前%(n)d天起可出具鉴定。") % {"n": DAYS_BEFORE_END}}, code="early"
        )
    if not may_give(by, posting, side):
        raise ValidationError(_("您不能代该方出具鉴定。"), code="side")
    opinion = Opinion(posting=posting, side=side, text=text, signed_by=signed_by, signed_on=signed_on)
    opinion.full_clean()
    opinion.save()
    log(instance=opinion, action="staff.opinion.give", user=by)
    if side != Side.SELF and posting.member.user_id:
        facts = {"side": Side(opinion.side).label, "unit": posting.host_unit}
        notify(
            users=[posting.member.user],
            kind=NotificationKind.DEPLOYMENT,
            text=lambda: _("%(side)s已对您在%(unit)s的派驻出具鉴定。") % facts,
            address=posting.get_absolute_url(),
            key=f"opinion:{opinion.pk}",
        )
    return opinion
