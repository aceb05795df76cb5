"""The three lists of an agreement: needs matched with what meets them, and progress that keeps its history."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from activities.choices import TONES, ItemList, ItemState
from activities.models import Activity, AgreementItem, ItemNote, JointAgreement
from activities.models.agreements import DONE
from staff import access


@dataclass
class Line:
    """An item as a page shows it: its matches, its history, what was held for it, and what the reader may do."""

    item: AgreementItem
    overdue: bool
    matches: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    activities: list = field(default_factory=list)
    keeps: bool = False
    reports: bool = False

    @property
    def unmet(self):
        """A need that nothing meets."""
        return self.item.list == ItemList.NEED and self.item.state != ItemState.DONE and not self.matches

    @property
    def has_progress(self):
        """A resource is there or not; needs and projects come along."""
        return self.item.list != ItemList.RESOURCE

    @property
    def badge(self):
        """Tone and words of where it stands."""
        item = self.item
        if item.list == ItemList.PROJECT and item.state == ItemState.OPEN:
            return "muted", pgettext("state", "未开始")
        if item.state == ItemState.OPEN and self.matches:
            return "blue", pgettext("state", "已对接")
        if item.list == ItemList.RESOURCE and item.state == ItemState.RUNNING:
            return "blue", pgettext("state", "使用中")
        return TONES[item.state], item.get_state_display()


def lines(*, agreement, user, day, only=None):
    """The items of the agreement as `user` may see them, in the order of the lists; `only` limits them to some."""
    items = AgreementItem.objects.visible_to(user).filter(agreement=agreement)
    items = items.select_related("party", "partner", "owner")
    if only is not None:
        items = items.filter(pk__in=only)
    items = list(items)
    matches, notes, held = _matches(agreement), defaultdict(list), defaultdict(list)
    for note in ItemNote.objects.filter(item__in=[item.pk for item in items]).select_related("by__member"):
        notes[note.item_id].append(note)
    serving = Activity.objects.visible_to(user).filter(project__in=[item.pk for item in items])
    for activity in serving.order_by("-starts"):
        held[activity.project_id].append(activity)
    keeps, member = access.allowed(user, "change", agreement), access.roles(user).member
    return [
        Line(
            item,
            overdue=item.overdue(day),
            matches=matches[item.pk],
            notes=notes[item.pk],
            activities=held[item.pk],
            keeps=keeps,
            reports=item.list != ItemList.RESOURCE and (keeps or (member is not None and item.owner_id == member.pk)),
        )
        for item in items
    ]


def _matches(agreement):
    """What each item is matched with: a need with what meets it, a resource or project with the needs that it meets."""
    pairs = AgreementItem.meets.through.objects.filter(to_agreementitem__agreement=agreement)
    pairs = pairs.select_related("from_agreementitem__party", "to_agreementitem__party").order_by("pk")
    found = defaultdict(list)
    for pair in pairs:
        found[pair.to_agreementitem_id].append(pair.from_agreementitem)
        found[pair.from_agreementitem_id].append(pair.to_agreementitem)
    return found


def candidates(*, agreement, kind):
    """What an item of `kind` may be matched with: needs with resources and projects, and the other way round."""
    rows = agreement.items.select_related("party")
    return rows.exclude(list=ItemList.NEED) if kind == ItemList.NEED else rows.filter(list=ItemList.NEED)


@transaction.atomic
def add(*, agreement, by, matched=(), **fields):
    """A new need, resource or project, matched with what is there already. Sent twice, stored once."""
    agreement = JointAgreement.objects.select_for_update().get(pk=agreement.pk)
    if not access.allowed(by, "change", agreement):
        raise PermissionDenied
    wanted = {match.pk for match in matched}
    for same in agreement.items.filter(**fields):
        if {other.pk for other in _matches(agreement)[same.pk]} == wanted:
            return same
    item = AgreementItem(agreement=agreement)
    _fill(item, fields, matched)
    _log(item, by)
    return item


@transaction.atomic
def change(*, item, seen, by, matched=(), **fields):
    """Change what an item says and what it is matched with, if nobody else did since version `seen`."""
    row = _locked(item, seen)
    if not access.allowed(by, "change", row):
        raise PermissionDenied
    _fill(row, fields, matched)
    _log(row, by)
    return row


@transaction.atomic
def report(*, item, seen, by, percent, text="", result="", day=None):
    """Note how far an item is on `day` (today), with what was done; what was noted before stays."""
    row = _locked(item, seen)
    if not access.allowed(by, "report", row):
        raise PermissionDenied
    if row.list == ItemList.RESOURCE:
        raise ValidationError(_("资源不填写进度。"))
    today = timezone.localdate()
    day = day or today
    if day > today:
        raise ValidationError({"day": _("日期不能晚于今天。")})
    if percent == DONE and not result:
        raise ValidationError({"result": _("完成时请填写完成结果。")})
    row.percent, row.result = percent, result
    row.state = ItemState.DONE if percent == DONE else ItemState.RUNNING if percent or text else row.state
    if row.state == ItemState.DONE and percent < DONE:
        row.state = ItemState.RUNNING
    row.full_clean()
    row.save()
    ItemNote.objects.create(item=row, day=day, percent=percent, text=text, by=by)
    facts = {"item": row.pk, "percent": percent}
    log(instance=row.agreement, action="activities.agreement.report", user=by, data=facts)
    return row


@transaction.atomic
def remove(*, item, seen, by):
    """Take out an item entered by mistake; one with progress noted, or held for, stays."""
    row = _locked(item, seen)
    if not access.allowed(by, "delete", row):
        raise PermissionDenied
    if row.notes.exists() or Activity.objects.filter(project=row).exists():
        raise ValidationError(_("已有进展记录或活动的事项不能删除。"))
    log(instance=row.agreement, action="activities.agreement.remove_item", user=by, data={"title": row.title})
    row.delete()


def _locked(item, seen):
    """The item as it is now, its version raised; only from the version seen."""
    row = AgreementItem.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=item.pk)
    if row.version != seen:
        raise ValidationError(_("未保存：他人刚刚更新过该事项。您填写的内容仍在下方，请核对后再保存。"), code="stale")
    row.version += 1
    return row


def _fill(item, fields, matched):
    for name, value in fields.items():
        setattr(item, name, value)
    _check_parties(item)
    item.full_clean()
    if item.due and item.due < item.agreement.starts:
        raise ValidationError({"due": _("完成时限不能早于协议开始日期。")})
    matched = list(matched)
    _check_matches(item, matched)
    item.save()
    (item.met_by if item.list == ItemList.NEED else item.meets).set(matched)


def _check_parties(item):
    """Both sides of an item are parties of its agreement, and two of them."""
    parties = set(item.agreement.parties.values_list("pk", flat=True))
    for name in ("party", "partner"):
        chosen = getattr(item, f"{name}_id")
        if chosen is not None and chosen not in parties:
            raise ValidationError({name: _("请从共建各方中选择。")})
    if item.partner_id is not None and item.partner_id == item.party_id:
        raise ValidationError({"partner": _("配合方不能与承接方相同。")})


def _check_matches(item, matched):
    """A need is met by resources and projects of the same agreement, and by no resource of who has the need."""
    for other in matched:
        need, offer = (item, other) if item.list == ItemList.NEED else (other, item)
        if other.agreement_id != item.agreement_id or need.list != ItemList.NEED or offer.list == ItemList.NEED:
            raise ValidationError({"matched": _("只能对接同一协议的需求与资源、项目。")})
        if offer.list == ItemList.RESOURCE and need.party_id is not None and need.party_id == offer.party_id:
            raise ValidationError(
                {"matched": _("“%(need)s”与“%(offer)s”属于同一方，不能对接。") % {"need": need, "offer": offer}}
            )


def _log(item, by):
    log(instance=item.agreement, action="activities.agreement.item", user=by, data={"item": item.pk})
