"""Two records of one person become one: what belongs to either then belongs to the one that stays."""

from itertools import islice

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff import overlaps
from staff.models import Member

# What may be taken from either record.
CHOSEN = (
    "employee_number",
    "name",
    "unit",
    "branch",
    "group",
    "party_status",
    "joined_on",
    "phone",
    "position",
    "left_on",
)
SHOWN = 8
# So many rows of one register are looked through.
MOST = 2000


def doubles():
    """People who may stand in the records twice: of one name, and of one phone, day of joining or unit."""
    others = Member.objects.filter(name=OuterRef("name")).exclude(pk=OuterRef("pk"))
    alike = Q(phone=OuterRef("phone")) & ~Q(phone="") | Q(joined_on=OuterRef("joined_on")) | Q(unit=OuterRef("unit"))
    return Member.objects.filter(Exists(others.filter(alike))).order_by("spelling", "name", "pk")


def compared(keep, drop):
    """The fields in which the two differ: (name, label, of the one that stays, of the other)."""
    for name in CHOSEN:
        if getattr(keep, name) != getattr(drop, name):
            field = Member._meta.get_field(name)
            yield name, field.verbose_name, _words(keep, field), _words(drop, field)


def _words(member, field):
    if field.name == "phone":
        return member.masked_phone
    value = getattr(member, f"get_{field.name}_display", lambda: getattr(member, field.name))()
    return "" if value is None else str(value)


def belongings(member):
    """What belongs to `member`: (what it is called, how many)."""
    counted = [(rel.related_model, _rows(rel, member).count()) for rel in _relations()]
    return [(model._meta.verbose_name, number) for model, number in counted if number]


def conflicts(keep, drop):
    """What both have where one person can have it once only: at most a few sentences."""
    found = []
    for rel in _relations():
        for names, condition in _once(rel):
            theirs = {tuple(row) for row in _rows(rel, keep).filter(condition).values_list(*names)}
            for row in islice(_rows(rel, drop).filter(condition), MOST):
                if tuple(getattr(row, _attname(row, name)) for name in names) in theirs:
                    what = " · ".join(str(getattr(row, name)) for name in names)
                    found.append(f"{rel.related_model._meta.verbose_name}：{what}")
    return found[:SHOWN]


@transaction.atomic
def merge(*, keep, drop, take=(), by):
    """Give all that belongs to `drop` to `keep`, with the fields named in `take`, and remove `drop`.

    Its account is closed when both have one. Raises, and changes nothing, when both have what one person has once, or
    when a record that nobody changes any more (signed minutes, overlapping postings) stands in the way.
    """
    locked = Member.objects.select_for_update(of=("self",)).in_bulk([keep.pk, drop.pk])
    if len(locked) < 2:
        raise ValidationError(_("其中一条记录已不存在，请刷新页面查看。"), code="stale")
    keep, drop = locked[keep.pk], locked[drop.pk]
    found = conflicts(keep, drop)
    if found:
        raise ValidationError([_("两条记录有重复内容，请先处理："), *found])
    number, values = drop.employee_number, {name: getattr(drop, name) for name in CHOSEN if name in take}
    account = drop.user
    try:
        with transaction.atomic():
            drop.user = None
            drop.save(update_fields=["user"])
            for rel in _relations():
                _rows(rel, drop).update(**{rel.field.name: keep})
            drop.delete()
            for name, value in values.items():
                setattr(keep, name, value)
            if "name" in values:
                keep.pinyin = ""
            if account is not None and keep.user is None:
                keep.user = account
            elif account is not None:
                account.is_active = False
                account.save(update_fields=["is_active"])
            keep.full_clean()
            keep.save()
    except DatabaseError as error:
        text = overlaps.message_for(error) or _("有已签字或只能追加的记录属于要并入的人员，不能合并。")
        raise ValidationError(str(text)) from error
    log(instance=keep, action="staff.member.merge", user=by, data={"employee_number": number})
    return keep


def _relations():
    """All that points at a person, in whatever app; the account is the person's own."""
    return [rel for rel in Member._meta.related_objects if not rel.many_to_many]


def _rows(rel, member):
    return rel.related_model._base_manager.filter(**{rel.field.name: member})


def _once(rel):
    """The fields that, with the person, stand in a register once only, and on which condition."""
    model, field = rel.related_model, rel.field.name
    if rel.one_to_one:
        yield (), Q()
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and field in rule.fields:
            yield tuple(name for name in rule.fields if name != field), rule.condition or Q()
    for names in model._meta.unique_together:
        if field in names:
            yield tuple(name for name in names if name != field), Q()


def _attname(row, name):
    return row._meta.get_field(name).attname
