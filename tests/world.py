"""A small world: a branch here and one elsewhere, one of each record here, and somebody of every role.

`make_world()` answers it; tests of many pages start from it, and `grow` makes its lists longer.
"""

from dataclasses import dataclass
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model

from activities import feeds
from activities.choices import AttendanceState, Kind, LeftOutReason
from activities.models import Decision, LeftOut, MinutesFile, Motion, SuggestionLink
from home.models import (
    Comment,
    ExemplarIndexPage,
    ExemplarPage,
    ExemplarProposal,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
    Report,
    StudyIndexPage,
    StudyPage,
    Update,
)
from staff import invitations
from staff.audience import Audience
from staff.models import Notification, VisitPhoto, WorkbookImport
from tests.factories import activities as act
from tests.factories import staff as make

ROLES = (
    "anonymous",
    "staff",
    "staff_away",
    "secretary",
    "secretary_away",
    "manager",
    "office",
    "sysadmin",
    "auditor",
    "partner",
)
INSIDE = frozenset(ROLES) - {"anonymous", "partner"}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccf00000002000100"
    "e221bc330000000049454e44ae426082"
)
# Everything that an article is written with but pictures and files.
ARTICLE = [
    {"type": "heading", "value": "一张桌子"},
    {"type": "text", "value": "<h3>两句话</h3><p>摆在路口，<b>问什么答什么</b>。</p><ol><li>问</li><li>答</li></ol>"},
    {"type": "quotation", "value": {"text": "讲得明白。", "source": "摊主"}},
    {"type": "figures", "value": {"items": [{"value": "1,124.53吨", "label": "数量"}, {"value": "9", "label": "人"}]}},
    {
        "type": "table",
        "value": {
            "columns": [{"type": "text", "heading": "摊位"}, {"type": "number", "heading": "发放材料份数"}],
            "rows": [{"values": ["东口", "120"]}, {"values": ["西口", ""]}],
            "caption": "当晚",
        },
    },
    {"type": "timeline", "value": {"steps": [{"when": "19:00", "text": "开场"}, {"when": "21:30", "text": "收摊"}]}},
    {"type": "call_out", "value": {"text": "下一场在月底。"}},
]


@dataclass
class World:
    """Everybody by role, and one of each record of the branch here."""

    users: dict
    here: SimpleNamespace
    away: SimpleNamespace
    feed: str = ""
    invitation: str = ""


def make_world():
    """All records belong to the branch and unit here, only the host unit of the posting does not."""
    here, away = _place(), _place()
    partners = make.make_partner_organisation()
    staff = make.make_member(branch=here.branch, unit=here.unit, name="段立本", phone="13987651234")
    users = {
        "anonymous": None,
        "staff": make.make_user(member=staff),
        "staff_away": make.make_staff(branch=away.branch, unit=away.unit),
        "secretary": make.make_secretary(here.branch),
        "secretary_away": make.make_secretary(away.branch),
        "manager": make.make_manager(here.unit, branch=here.branch),
        "office": make.make_office(),
        "sysadmin": make.make_sysadmin(),
        "auditor": make.make_auditor(),
        "partner": make.make_partner(partners),
    }
    here.workbook = WorkbookImport.objects.create(
        kind="members", name="名单.xlsx", by=users["office"], state="ready", total=1, new=1
    )
    here.member = staff
    _plots(here)
    _deployment(here, away)
    _activities(here, users, partners)
    _pages(here, users)
    [invited] = invitations.invite(members=[make.make_member(branch=away.branch, unit=away.unit)])
    links = {"feed": feeds.create_token(user=users["staff"]), "invitation": invited.link.split("/")[-2]}
    return World(users=users, here=here, away=away, **links)


def _place():
    branch = make.make_organisation()
    return SimpleNamespace(branch=branch, unit=branch.unit)


def _plots(here):
    here.plot = make.make_plot(unit=here.unit, divisions=[make.make_division()])
    here.assignment = make.make_assignment(plot=here.plot, member=here.member)
    here.letter = make.make_letter(assignment=here.assignment)
    here.visit = make.make_visit(assignment=here.assignment)
    here.finding = make.make_finding(visit=here.visit)
    here.photo = VisitPhoto.objects.create(visit=here.visit, file=ContentFile(PIXEL, name="a.png"))


def _deployment(here, away):
    here.round = make.make_round()
    here.need = make.make_need(round=here.round, host_unit=away.unit, headcount=99)
    here.posting = make.make_posting(round=here.round, member=here.member, home_unit=here.unit, host_unit=away.unit)
    here.leave = make.make_leave(posting=here.posting)
    colleague = make.make_posting(round=here.round, host_unit=away.unit)
    here.shift = make.make_shift(day=2, host_unit=away.unit)
    here.duty = make.make_duty(shift=here.shift, posting=here.posting)
    theirs = make.make_duty(shift=make.make_shift(day=4, host_unit=away.unit), posting=colleague)
    here.swap, here.own_swap = make.make_swap(theirs, here.posting), make.make_swap(here.duty, colleague)
    here.report = make.make_report(posting=here.posting)


def _activities(here, users, partners):
    here.partners, here.partner_grant = partners, users["partner"].grants.get()
    here.agreement = act.make_agreement(lead=here.branch, parties=[partners])
    here.item = act.make_item(agreement=here.agreement)
    here.activity = act.make_activity(here.branch, agreement=here.agreement, partners=[partners])
    act.make_attendance(activity=here.activity, member=here.member, state=AttendanceState.PRESENT)
    here.guest = act.make_guest(activity=here.activity)
    here.list_change = act.make_list_change(activity=here.activity)
    here.minutes = act.make_minutes(
        activity=here.activity, chair=users["secretary"].member, recorder=here.member, text="学习条例。"
    )
    here.study = act.make_study(member=here.member)
    here.decision = Decision.objects.create(minutes=here.minutes, text="整理台账", owner=here.member)
    here.motion = Motion.objects.create(minutes=here.minutes, title="年度计划", entitled=2, present=2, votes_for=2)
    here.left_out = LeftOut.objects.create(minutes=here.minutes, member=here.member, reason=LeftOutReason.ILLNESS)
    here.minutes_file = MinutesFile.objects.create(
        minutes=here.minutes, file=ContentFile(PIXEL, name="b.png"), name="会场", photo=True
    )
    here.kind = Kind.THEME_DAY
    here.suggestion = act.make_suggestion(author=here.member, organisation=here.branch, unnamed=True)
    here.adopted = act.make_suggestion(
        author=here.member, organisation=here.branch, verdict="adopted", state="closed", answer="照办。",
        answered_on=make.today(), lead_unit=here.branch.unit, due=make.today(),
    )  # fmt: skip
    here.link = SuggestionLink.objects.create(suggestion=here.suggestion, activity=here.activity)
    here.session = act.make_session(here.activity)
    here.voice = act.make_voice(here.session, author=here.member)
    act.make_rule()
    act.make_study_rules()


def _pages(here, users):
    here.activity_page = act.make_activity_page(here.activity)
    here.branch_page = here.activity_page.get_parent().specific
    here.news = add_article(NewsIndexPage, NewsPage, title="烟区走访见闻")
    here.document = get_document_model().objects.create(title="附件", file=ContentFile(b"words", name="words.txt"))
    attachment = [{"type": "attachment", "value": {"document": here.document.pk}}]
    add_article(NewsIndexPage, NewsPage, title="走访安排的附件", body=attachment)
    here.public_news = add_article(
        NewsIndexPage, NewsPage, title="夜市普法进社区", audience=Audience.PUBLIC, body=ARTICLE
    )
    here.notice = add_article(NoticeIndexPage, NoticePage, title="走访周安排", receipt_wanted=True)
    here.exemplar = add_article(ExemplarIndexPage, ExemplarPage, title="二十年守一片田", unit=here.unit)
    here.study_page = add_article(StudyIndexPage, StudyPage, title="学习条例导读", hours=1, meant_for="all")
    here.update = make_update(here.member)
    here.comment = Comment.objects.create(update=here.update, author=here.member, text="辛苦了")
    here.complaint = make_report(here.update, users["secretary_away"])
    here.proposal = make_proposal(here.branch, here.member, users["secretary"])
    here.notification = make_notification(users["staff"])


def make_report(update, user):
    """What somebody reported and the office has not decided."""
    return Report.objects.create(update=update, quoted=update.text, author=update.author, by=user, reason="other")


def make_proposal(branch, member, user):
    """Somebody whom the branch put forward as an exemplar."""
    fields = {"title": "二十年守一片田", "introduction": "扎根山乡。", "deeds": "每天走访五户。"}
    return ExemplarProposal.objects.create(organisation=branch, member=member, proposed_by=user, **fields)


def add_article(index, model, **fields):
    """A published page below the index of its kind, read by the bureau."""
    return index.objects.get().add_child(instance=model(introduction="一句话的导语。", **fields))


def make_update(member, **fields):
    """What a member posted now, read by the bureau."""
    return Update.objects.create(
        **{"author": member, "text": "今天的烤房检查完了。", "posted_at": timezone.now(), "unit": member.unit, **fields}
    )


def make_notification(user, **fields):
    """Something unread that leads to the reader's own page."""
    return Notification.objects.create(
        **{"user": user, "kind": "system", "text": "请核对本月走访记录。", "address": "/me/", **fields}
    )
