"""Joint agreements (共建协议): where each stands on a day, every change told apart by the version seen."""

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from activities.models import Activity, JointAgreement
from staff import access

# An agreement is shown as ending this long ahead, and as dormant when nothing was held under it for as long.
MONTHS = 3


class AgreementState(models.TextChoices):
    """Where an agreement stands on a day: derived from its period and its activities, never stored."""

    IN_FORCE = "in_force", gettext_lazy("履行中")
    ENDING = "ending", gettext_lazy("即将到期")
    DORMANT = "dormant", gettext_lazy("近期无活动")
    AHEAD = "ahead", gettext_lazy("未开始")
    ENDED = "ended", gettext_lazy("已到期")


TONES = {
    AgreementState.IN_FORCE: "green",
    AgreementState.ENDING: "amber",
    AgreementState.DORMANT: "red",
    AgreementState.AHEAD: "blue",
    AgreementState.ENDED: "muted",
}


def with_last_activity(rows):
    """Adds `last_activity`, the moment at which the last activity under the agreement began."""
    held = Activity.objects.took_place(timezone.now()).filter(agreement=OuterRef("pk")).order_by()
    return rows.annotate(last_activity=Subquery(held.values("agreement").annotate(last=Max("starts")).values("last")))


def state_of(agreement, day):
    """The state on `day` of an agreement fetched `with_last_activity`: ended, then ending, then dormant come first."""
    if agreement.ends and agreement.ends < day:
        return AgreementState.ENDED
    if agreement.starts > day:
        return AgreementState.AHEAD
    if agreement.ends and agreement.ends <= day + relativedelta(months=MONTHS):
        return AgreementState.ENDING
    last = timezone.localdate(agreement.last_activity) if agreement.last_activity else agreement.starts
    return AgreementState.DORMANT if last < day - relativedelta(months=MONTHS) else AgreementState.IN_FORCE


def in_state(rows, state, day):
    """Those of `rows` (`with_last_activity`) that `state_of` calls `state` on `day`."""
    if state == AgreementState.ENDED:
        return rows.filter(ends__lt=day)
    if state == AgreementState.AHEAD:
        return rows.filter(starts__gt=day)
    soon, since = day + relativedelta(months=MONTHS), day - relativedelta(months=MONTHS)
    now = rows.on(day)
    if state == AgreementState.ENDING:
        return now.filter(ends__lte=soon)
    now = now.filter(Q(ends__isnull=True) | Q(ends__gt=soon))
    # Both said outright: what is unknown to the database (no activity yet) would fall out of a negation.
    when = "gte" if state == AgreementState.IN_FORCE else "lt"
    held, begun = Q(**{f"last_activity__date__{when}": since}), Q(**{f"starts__{when}": since})
    return now.filter(held | begun & Q(last_activity__isnull=True))


def leads(user):
    """The party organisations that may lead an agreement which `user` keeps."""
    from staff.choices import OrganisationKind, Role
    from staff.models import PartyOrganisation

    held = access.roles(user)
    ours = PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP).select_related("unit")
    found = [row.pk for row in ours if held.over_organisation(row, Role.SECRETARY, Role.OFFICE)]
    return PartyOrganisation.objects.filter(pk__in=found)


@transaction.atomic
def add(*, by, partners, **fields):
    """A new agreement of an organisation that `by` keeps; the lead is one of the parties."""
    agreement = JointAgreement(**fields)
    if not leads(by).filter(pk=agreement.lead_id).exists():
        raise PermissionDenied
    agreement.full_clean()
    agreement.save()
    agreement.parties.set([agreement.lead, *partners])
    log(instance=agreement, action="activities.agreement.add", user=by)
    return agreement


@transaction.atomic
def change(*, agreement, seen, by, partners, **fields):
    """Change the agreement if nobody else did since version `seen`. Raises ValidationError with code stale."""
    row = _locked(agreement, seen, by)
    former = row.lead_id
    for name, value in fields.items():
        setattr(row, name, value)
    if row.lead_id != former and not leads(by).filter(pk=row.lead_id).exists():
        raise PermissionDenied
    row.full_clean()
    row.save()
    # Parties of our own other than the lead are not on the form: they stay.
    ours = row.parties.filter(external=False).exclude(pk=former)
    row.parties.set([row.lead, *ours, *partners])
    log(instance=row, action="activities.agreement.change", user=by)
    return row


@transaction.atomic
def save_item(*, item, seen, by):
    """Add or change an item of one of the three lists; it counts as a change of the agreement."""
    row = _locked(item.agreement, seen, by)
    item.full_clean()
    item.save()
    row.save(update_fields=["version"])
    log(instance=row, action="activities.agreement.item", user=by, data={"item": item.pk})
    return item


def _locked(agreement, seen, by):
    """The agreement as it is now, its version raised; only for who keeps it, and only from the version seen."""
    row = JointAgreement.objects.select_for_update().get(pk=agreement.pk)
    if not access.allowed(by, "change", row):
        raise PermissionDenied
    if row.version != seen:
        raise ValidationError(_("未保存：他人刚刚修改过该协议。您填写的内容仍在下方，请核对后再保存。"), code="stale")
    row.version += 1
    return row
