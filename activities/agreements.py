"""Joint agreements (共建协议): where each stands on a day, who keeps it, and changes told apart by the version seen."""

from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, IntegerField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.log_actions import log

from activities.choices import ItemList, ItemState
from activities.models import Activity, AgreementItem, AgreementParty, AgreementRule, JointAgreement
from staff import access
from staff.choices import OrganisationKind, Role
from staff.models import PartyOrganisation
from staff.wording import listed

# What was signed: when one of these changes, the parties sign again.
SIGNED = ("title", "lead", "starts", "ends", "principles", "goals", "measures", "safeguards")


class AgreementState(models.TextChoices):
    """Where an agreement stands on a day: derived from its signing and its period, never stored."""

    UNSIGNED = "unsigned", pgettext_lazy("state", "待签订")
    AHEAD = "ahead", pgettext_lazy("state", "未开始")
    IN_FORCE = "in_force", pgettext_lazy("state", "履行中")
    ENDED = "ended", pgettext_lazy("state", "已到期")


TONES = {
    AgreementState.UNSIGNED: "amber",
    AgreementState.AHEAD: "blue",
    AgreementState.IN_FORCE: "green",
    AgreementState.ENDED: "muted",
}


@dataclass(frozen=True)
class Standing:
    """The state of an agreement on a day, and what wants attention while it is in force."""

    state: AgreementState
    ending: bool = False
    dormant: bool = False

    @property
    def badges(self):
        """Tone and words of the state and of what wants attention."""
        found = [(TONES[self.state], self.state.label)]
        if self.ending:
            found.append(("amber", gettext_lazy("即将到期")))
        if self.dormant:
            found.append(("red", gettext_lazy("近期无活动")))
        return found

    @property
    def words(self):
        """The same in one line."""
        return listed(str(label) for _tone, label in self.badges)


def with_last_activity(rows):
    """Adds `last_activity`, the moment at which the last activity under the agreement began."""
    held = Activity.objects.took_place(timezone.now()).filter(agreement=OuterRef("pk")).order_by()
    return rows.annotate(last_activity=Subquery(held.values("agreement").annotate(last=Max("starts")).values("last")))


def with_open_ends(rows, day):
    """Adds how many needs are `unmet` (nothing meets them) and how many items are `overdue` on `day`."""
    items = AgreementItem.objects.filter(agreement=OuterRef("pk")).exclude(state=ItemState.DONE)
    items = items.order_by().values("agreement")

    def count(counted):
        return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

    return rows.annotate(
        unmet=count(items.filter(list=ItemList.NEED, met_by__isnull=True)),
        overdue=count(items.filter(due__lt=day)),
    )


def standing(*, signed_on, starts, ends, last_activity, day, rule):
    """Where an agreement with these facts (`with_last_activity`) stands on `day` by the `rule`."""
    if ends and ends < day:
        return Standing(AgreementState.ENDED)
    if signed_on is None:
        return Standing(AgreementState.UNSIGNED)
    if starts > day:
        return Standing(AgreementState.AHEAD)
    last = timezone.localdate(last_activity) if last_activity else starts
    return Standing(
        AgreementState.IN_FORCE,
        ending=ends is not None and ends <= _soon(day, rule),
        dormant=last < _since(day, rule),
    )


def _soon(day, rule):
    return day + relativedelta(days=rule.ending_days)


def _since(day, rule):
    return day - relativedelta(months=rule.dormant_months)


def in_state(rows, state, day):
    """Those of `rows` whose `standing` is `state` on `day`."""
    if state == AgreementState.ENDED:
        return rows.filter(ends__lt=day)
    rows = rows.filter(Q(ends__isnull=True) | Q(ends__gte=day))
    if state == AgreementState.UNSIGNED:
        return rows.filter(signed_on__isnull=True)
    rows = rows.filter(signed_on__isnull=False)
    return rows.filter(starts__gt=day) if state == AgreementState.AHEAD else rows.filter(starts__lte=day)


def ending(rows, day, rule):
    """Those in force on `day` that end soon."""
    return in_state(rows, AgreementState.IN_FORCE, day).filter(ends__lte=_soon(day, rule))


def dormant(rows, day, rule):
    """Those in force on `day` (`with_last_activity`) under which nothing was held for long."""
    since = _since(day, rule)
    # Both said outright: what is unknown to the database (no activity yet) would fall out of a negation.
    never = Q(last_activity__isnull=True, starts__lt=since)
    return in_state(rows, AgreementState.IN_FORCE, day).filter(Q(last_activity__date__lt=since) | never)


def leads(user):
    """The party organisations that may lead an agreement which `user` keeps."""
    held = access.roles(user)
    ours = PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP)
    q = access.either(
        *(
            Q(path__startswith=row.organisation_path)
            if row.organisation_path
            else Q(unit__path__startswith=row.unit_path)
            for row in held.held
            if row.role in (Role.SECRETARY, Role.OFFICE)
        )
    )
    return ours.none() if q is None else ours.filter(q)


@transaction.atomic
def add(*, by, partners, **fields):
    """A new agreement of an organisation that `by` keeps; the lead is one of the parties. Sent twice, stored once."""
    agreement = JointAgreement(**fields)
    if not leads(by).filter(pk=agreement.lead_id).exists():
        raise PermissionDenied
    agreement.full_clean()
    PartyOrganisation.objects.select_for_update().get(pk=agreement.lead_id)
    wanted = {party.pk for party in (agreement.lead, *partners)}
    for same in JointAgreement.objects.filter(**fields):
        if set(same.parties.values_list("pk", flat=True)) == wanted:
            return same
    agreement.save()
    agreement.parties.set([agreement.lead, *partners])
    log(instance=agreement, action="activities.agreement.add", user=by)
    return agreement


@transaction.atomic
def change(*, agreement, seen, by, partners, **fields):
    """Change the agreement if nobody else did since version `seen`. Raises ValidationError with code stale.

    What was signed is signed anew once its words, period or parties are others.
    """
    row = locked(agreement, seen, by)
    former, before = row.lead_id, {name: getattr(row, name) for name in SIGNED}
    for name, value in fields.items():
        setattr(row, name, value)
    if row.lead_id != former and not leads(by).filter(pk=row.lead_id).exists():
        raise PermissionDenied
    # Parties of our own other than the lead are not on the form: they stay.
    ours = row.parties.filter(external=False).exclude(pk=former)
    parties = {party.pk for party in (row.lead, *ours, *partners)}
    kept = {item.party_id for item in row.items.all()} | {item.partner_id for item in row.items.all()}
    if missing := PartyOrganisation.objects.filter(pk__in=kept - parties - {None}):
        names = listed(str(party) for party in missing)
        raise ValidationError(
            {"partners": _("清单中还有%(names)s的事项，不能移出共建各方。") % {"names": names}}, code="in_use"
        )
    again = any(getattr(row, name) != value for name, value in before.items()) or parties != set(
        row.parties.values_list("pk", flat=True)
    )
    if again and row.signed_on:
        row.signed_on = None
        row.sides.update(signatory="")
    row.full_clean()
    row.save()
    row.parties.set(parties)
    log(instance=row, action="activities.agreement.change", user=by, data={"sign_again": again})
    return row


@transaction.atomic
def save_sides(*, agreement, seen, by, contacts, signatories=None, signed_on=None):
    """Note whom to ask at each party; with a day, that all of them signed, each by whom.

    `contacts` are (member, name, phone) and `signatories` names, by the number of the party's row.
    """
    row = locked(agreement, seen, by)
    sides = {side.pk: side for side in row.sides.select_for_update()}
    for pk, (member, name, phone) in contacts.items():
        sides[pk].contact, sides[pk].contact_name, sides[pk].contact_phone = member, name, phone
    if signed_on:
        _sign(row, sides, signed_on, signatories or {})
    AgreementParty.objects.bulk_update(sides.values(), ["contact", "contact_name", "contact_phone", "signatory"])
    row.save(update_fields=["version", "signed_on"])
    action = "activities.agreement.sign" if signed_on else "activities.agreement.change"
    log(instance=row, action=action, user=by)
    return row


def _sign(row, sides, day, signatories):
    if day > timezone.localdate():
        raise ValidationError({"signed_on": _("签订日期不能晚于今天。")})
    if row.ends and day > row.ends:
        raise ValidationError({"signed_on": _("签订日期不能晚于协议结束日期。")})
    missing = {f"signatory_{pk}": _("请填写签字人。") for pk in sides if not signatories.get(pk)}
    if missing:
        raise ValidationError(missing)
    for pk, side in sides.items():
        side.signatory = signatories[pk]
    row.signed_on = day


def locked(agreement, seen, by):
    """The agreement as it is now, its version raised; only for who keeps it, and only from the version seen."""
    row = JointAgreement.objects.select_for_update().get(pk=agreement.pk)
    if not access.allowed(by, "change", row):
        raise PermissionDenied
    if row.version != seen:
        raise ValidationError(_("未保存：他人刚刚修改过该协议。您填写的内容仍在下方，请核对后再保存。"), code="stale")
    row.version += 1
    return row


def rule():
    """The rule of what is dormant and what ends soon."""
    return AgreementRule.current()
