"""The docket of one suggestion on paper (建议办理卡): what was said, how it was handled, what came of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import SuggestionEvent
from staff.word import Paper, written
from staff.wording import listed


def paper(row):
    """The docket of a suggestion that was fetched with its named authors; an unnamed one names nobody."""
    card = Paper(_("建议办理卡"), subtitle=row.number)
    names = listed(member.name for member in row.shown_authors)
    helpers = listed(row.assisting_units.all())
    facts = [
        (_("建议人"), _("不具名") if row.unnamed else names),
        (_("所属党组织"), row.organisation),
        (_("活动场次"), row.activity.title if row.activity else ""),
        (_("主题"), row.topic_label),
        (_("登记日期"), written(row.logged_on)),
        (_("状态"), row.get_state_display()),
        (_("主办单位"), row.lead_unit),
        (_("会办单位"), helpers),
        (_("办理期限"), row.due and written(row.due)),
        (_("并入"), row.merged_into),
    ]
    card.fields([(label, value) for label, value in facts if value])
    card.heading(_("一、建议内容"))
    card.paragraph(row.text)
    card.heading(_("二、办理过程"))
    events = SuggestionEvent.objects.filter(suggestion=row).select_related("by__member").order_by("at", "pk")
    card.table(
        [_("时间"), _("状态"), _("经办人"), _("说明")],
        [
            (timezone.localtime(event.at).strftime("%Y-%m-%d"), event.get_state_display(), _by(event), event.shown_text)
            for event in events
        ],
        widths=(28, 22, 26, 80),
    )
    card.heading(_("三、答复"))
    if row.answer:
        card.fields([(_("办理结果"), row.get_verdict_display())])
        card.paragraph(row.answer)
        days = [(_("答复日期"), written(row.answered_on)), (_("评价"), row.get_rating_display())]
        card.fields([(label, value) for label, value in days if value])
    else:
        card.paragraph(_("尚未答复。"))
    card.sign(_("主办单位负责人"), _("党建办"))
    card.date(timezone.localdate())
    return card


def _by(event):
    """Who took the step, by name; nobody for time itself and for the own steps of an unnamed author."""
    return getattr(getattr(event.by, "member", None), "name", "") if event.by_id else ""
