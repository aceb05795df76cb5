"""An agreement as a Word file: the paper that the parties sign, with its three lists."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.choices import ItemList
from staff.word import Paper, numbered, written
from staff.wording import listed


def paper(*, agreement, sides, lines):
    """The agreement with its `sides` (parties) and `lines` (items), in the layout of official papers."""
    sheet = Paper(agreement.title)
    until = written(agreement.ends) if agreement.ends else _("长期")
    sheet.fields([
        (_("共建各方"), listed(side.partyorganisation.name for side in sides)),
        (_("牵头党组织"), agreement.lead.name),
        (_("协议期限"), _("%(first)s至%(last)s") % {"first": written(agreement.starts), "last": until}),
    ])  # fmt: skip
    number = 1
    for name in ("principles", "goals", "measures", "safeguards"):
        if text := getattr(agreement, name):
            label = str(agreement._meta.get_field(name).verbose_name)
            sheet.heading(numbered(number, label))
            sheet.paragraph(text)
            number += 1
    for kind, label in ItemList.choices:
        rows = [line for line in lines if line.item.list == kind]
        if rows:
            sheet.heading(numbered(number, label))
            head, cells, widths = TABLES[kind]
            texts = ([place, *cells(line)] for place, line in enumerate(rows, start=1))
            sheet.table([_("序号"), *head()], texts, widths=widths)
            number += 1
    sheet.heading(numbered(number, _("各方签署")))
    seats = ([side.partyorganisation.name, side.asked, side.signatory, ""] for side in sides)
    sheet.table([_("党组织"), _("联系人"), _("签字人"), _("签字盖章")], seats, widths=[58, 26, 26, 46], row_height=22)
    if agreement.signed_on:
        sheet.date(agreement.signed_on)
    return sheet


def _day(day):
    return day.isoformat() if day else ""


def _matches(line):
    return pgettext("between clauses", "；").join(str(other) for other in line.matches)


def _need(line):
    item = line.item
    return [item.title, item.party or "", _matches(line) or _("待对接"), _day(item.due)]


def _resource(line):
    return [line.item.title, line.item.party or "", line.item.answerable, _matches(line)]


def _project(line):
    item = line.item
    sides = "\n".join(str(side) for side in (item.party, item.partner) if side)
    progress = f"{item.percent}%\n{item.result}" if item.result else f"{item.percent}%"
    return [item.title, sides, item.answerable, _day(item.due), progress]


TABLES = {
    ItemList.NEED: (
        lambda: [_("需求"), _("提出方"), _("对接的资源和项目"), _("完成时限")],
        _need,
        [14, 50, 34, 36, 22],
    ),
    ItemList.RESOURCE: (
        lambda: [_("资源"), _("提供方"), _("责任人"), _("对接的需求")],
        _resource,
        [14, 50, 34, 20, 38],
    ),
    ItemList.PROJECT: (
        lambda: [_("项目"), _("承接方和配合方"), _("责任人"), _("完成时限"), _("进度和结果")],
        _project,
        [12, 42, 32, 20, 24, 26],
    ),
}
