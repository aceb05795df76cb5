"""Who of one's people a page is for: what receipts of notices and study material both ask."""

from home.access import readers_kept
from home.models import Receipt, StudyCompletion
from staff.access import roles
from staff.audience import Audience
from staff.choices import Role
from staff.models import Member


def kept(model, user):
    """Pages of `model` whose readers `user` keeps: the office all, others those that they read themselves."""
    held = roles(user)
    if readers_kept(held) is None:
        return model.objects.none()
    return model.objects.live() if held.holds(Role.OFFICE) else model.objects.visible_to(user)


def people(page, user, day):
    """Those of `user`'s people in service on `day` for whom `page` is."""
    rows = Member.objects.in_service(day).filter(readers_kept(roles(user)))
    if page.audience == Audience.UNIT:
        rows = rows.filter(unit__path__startswith=page.audience_unit.path)
    return rows.select_related("unit", "branch")


def left_on(page):
    """Whether readers left something on the page or below it, which goes with it: a receipt, that they finished it."""
    receipts = Receipt.objects.filter(notice__path__startswith=page.path)
    return receipts.exists() or StudyCompletion.objects.filter(page__path__startswith=page.path).exists()
