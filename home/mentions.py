"""Naming a colleague in an update or a comment: whom `@姓名` means, and who may read what they are named in."""

import re
from html import escape

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from home.models import Mention, UpdateAudience
from staff.choices import NotificationKind, Role
from staff.models import Grant, Member
from staff.notifications import notify
from staff.wording import listed

# After @ a name, and behind it in brackets the number of one of several who share it; a name is at least two signs.
NAMED = re.compile(r"@([^\s@()（）]{2,30})(?:[(（]([\w-]{1,20})[)）])?")
LONGEST_NAME = 20
MOST = 20


def readers(*, audience, unit, branch, author, day, hidden=False):
    """People in service who may read an update of `author` for this audience; the party office reads all of them."""
    office = Grant.objects.on(day).filter(role=Role.OFFICE).values("user")
    q = Q(user__in=office) | Q(pk=author.pk)
    if not hidden:
        if audience == UpdateAudience.BUREAU:
            return Member.objects.in_service(day)
        q |= Q(unit=unit) if audience == UpdateAudience.UNIT else Q(branch=branch)
    return Member.objects.in_service(day).filter(q)


def readers_of(update, day):
    """People in service who may read `update`."""
    return readers(
        audience=update.audience,
        unit=update.unit_id,
        branch=update.branch_id,
        author=update.author,
        day=day,
        hidden=bool(update.hidden_because),
    )


def named(text, among, day):
    """The people whom `text` names, all of `among`; a ValidationError tells whom it names beside them, or not clearly.

    Words run on after a Chinese name without a space, so the longest name that somebody has is taken. What is nobody's
    name is plain text.
    """
    runs = [(match[1], match[2]) for match in NAMED.finditer(text)]
    if len(runs) > MOST:
        raise ValidationError({"text": _("一次最多提及%(n)d人。") % {"n": MOST}})
    if not runs:
        return []
    beginnings = {run[:length] for run, _number in runs for length in range(2, min(len(run), LONGEST_NAME) + 1)}
    known = {}
    for member in Member.objects.in_service(day).filter(name__in=beginnings).select_related("user"):
        known.setdefault(member.name, []).append(member)
    inside = set(among.filter(name__in=beginnings).values_list("pk", flat=True))
    found, outside, unclear = {}, [], []
    for run, number in runs:
        people = _longest(run, known)
        if number:
            people = [member for member in people if member.employee_number == number] or people
        here = [member for member in people if member.pk in inside]
        if len(here) == 1:
            found[here[0].pk] = here[0]
        elif here:
            unclear.append(here)
        elif people:
            outside.append(people[0].name)
    _refuse(outside, unclear)
    return list(found.values())


def _longest(run, known):
    """Those whose name `run` begins with, by the longest such name."""
    return next((known[run[:length]] for length in range(len(run), 1, -1) if run[:length] in known), [])


def _refuse(outside, unclear):
    """Say whom the text cannot name, if anybody."""
    wrong = []
    if outside:
        names = listed(f"@{name}" for name in dict.fromkeys(outside))
        wrong.append(_("%(names)s不在这条动态的阅读范围内，收不到提醒。请去掉“@”，或扩大阅读范围。") % {"names": names})
    for people in unclear:
        numbers = listed(f"@{member.name}({member.employee_number})" for member in people)
        wrong.append(_("有多人同名，请写明工号：%(numbers)s。") % {"numbers": numbers})
    if wrong:
        raise ValidationError({"text": wrong})


def keep(*, update, people, by, comment=None, told=()):
    """Write down who is named, and tell those who were not named there before and are not `told` anyway."""
    before = set(Mention.objects.filter(update=update, comment=comment).values_list("member", flat=True))
    now = {member.pk for member in people}
    Mention.objects.filter(update=update, comment=comment, member__in=before - now).delete()
    new = [member for member in people if member.pk not in before]
    Mention.objects.bulk_create(Mention(update=update, comment=comment, member=member) for member in new)
    users = [member.user for member in new if member.user and member.user not in (by, *told)]
    if users:
        author = (comment or update).author
        notify(
            users=users,
            kind=NotificationKind.UPDATE,
            text=lambda: (
                _("%(name)s提到了您：%(text)s") % {"name": author.name, "text": (comment or update).text[:120]}
            ),
            address=comment.get_absolute_url() if comment else update.get_absolute_url(),
            key=f"mention:{update.pk}:{comment.pk if comment else ''}",
        )


def marked(text, people, *, cut=None):
    """`text` as markup: paragraphs, and the names of `people` leading to their pages."""
    shown = text if cut is None or len(text) <= cut else f"{text[: cut - 1]}…"
    markup = linebreaks(shown, autoescape=True)
    addresses = {escape(member.name): member.get_absolute_url() for member in people}
    if addresses:
        names = "|".join(re.escape(name) for name in sorted(addresses, key=len, reverse=True))
        markup = re.sub(
            f"@({names})", lambda match: f'<a class="mention" href="{addresses[match[1]]}">@{match[1]}</a>', markup
        )
    return mark_safe(markup)  # linebreaks has escaped the text, and addresses are ours
