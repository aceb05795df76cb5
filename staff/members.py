"""People: what of their data is masked to others, and the record of who looked at it."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction

from staff import access
from staff.choices import AccessAction
from staff.models import AccessEvent, Member


@transaction.atomic
def phone(*, member, by):
    """The member's phone in full, for those whose work needs it; the look is recorded, one's own is not."""
    if not access.allowed(by, "contact", member):
        raise PermissionDenied
    if member.user_id != by.pk:
        _note(by, AccessAction.VIEWED, member.pk, "phone")
    return member.phone


@transaction.atomic
def exportable(*, user, members, detail=""):
    """Those of `members` whose contact data `user` may take out in a workbook; the export is recorded with its size."""
    rows = members.permitted(user, "contact")
    _note(user, AccessAction.EXPORTED, None, f"{rows.count()} {detail}".strip()[:200])
    return rows


def _note(user, action, pk, detail):
    AccessEvent.objects.create(
        user=user,
        action=action,
        content_type=ContentType.objects.get_for_model(Member),
        object_id=pk,
        detail=detail,
    )
