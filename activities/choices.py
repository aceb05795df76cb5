"""Kinds and states of what branches do together, and the named groups of them that rules speak of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Kinds of meetings and activities (BR; 三会一课 and what stands beside it)."""

    GENERAL = "general", _("支部党员大会")
    COMMITTEE = "committee", _("支部委员会")
    GROUP = "group", _("党小组会")
    LECTURE = "lecture", _("党课")
    THEME_DAY = "theme_day", _("主题党日")
    LIFE = "life", _("组织生活会")
    APPRAISAL = "appraisal", _("民主评议党员")
    TALK = "talk", _("谈心谈话")
    JOINT = "joint", _("联建共建活动")
    VOLUNTEERING = "volunteering", _("志愿服务")
    STUDY_VISIT = "study_visit", _("一线调研")


# Those who are named or sign up, rather than a roll.
BY_NAME = (Kind.TALK, Kind.VOLUNTEERING, Kind.STUDY_VISIT)
# A committee meeting, a talk: recorded, never published.
RECORD_ONLY = (Kind.COMMITTEE, Kind.TALK)


class ActivityState(models.TextChoices):
    """Stages of an activity."""

    DRAFT = "draft", _("草稿")
    SCHEDULED = "scheduled", _("已安排")
    HELD = "held", _("已开展")
    CANCELLED = "cancelled", _("已取消")


class AttendanceState(models.TextChoices):
    """What became of somebody who was expected; present and late are both there (实到)."""

    EXPECTED = "expected", _("应到")
    PRESENT = "present", _("实到")
    LATE = "late", _("迟到")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("缺席")


THERE = (AttendanceState.PRESENT, AttendanceState.LATE)
# Who was not there, with or without leave, and may make the session up (补课).
AWAY = (AttendanceState.LEAVE, AttendanceState.ABSENT)


class CheckInWay(models.TextChoices):
    """How members say themselves that they are there; the secretary's list stands beside each."""

    CODE = "code", _("现场扫码")
    BUTTON = "button", _("扫码或在活动页签到")
    LIST = "list", _("只由书记登记")


class SignUpState(models.TextChoices):
    """Stages of a sign-up."""

    SIGNED = "signed", _("已报名")
    WAITING = "waiting", _("候补")
    WITHDRAWN = "withdrawn", _("已取消")


class ListChangeKind(models.TextChoices):
    """How the secretary changes the list that kinds and rolls give."""

    ADDED = "added", pgettext_lazy("expected", "增列")
    LEFT_OUT = "left_out", pgettext_lazy("expected", "不列入")


class AnswerState(models.TextChoices):
    """What somebody who was called answers, and what the secretary decides on leave."""

    OPEN = "open", pgettext_lazy("answer", "未答复")
    COMING = "coming", pgettext_lazy("answer", "参加")
    ASKED = "asked", pgettext_lazy("answer", "请假待批")
    APPROVED = "approved", pgettext_lazy("answer", "已准假")
    REFUSED = "refused", pgettext_lazy("answer", "不准假")


class GuestKind(models.TextChoices):
    """People who stand outside the sum of those expected."""

    OBSERVER = "observer", _("列席")
    WALK_IN = "walk_in", _("临时到会")
    PARTNER = "partner", _("共建单位人员")


class MinutesState(models.TextChoices):
    """Stages of minutes: once signed they are locked."""

    DRAFT = "draft", _("起草中")
    SIGNED = "signed", _("已签字")


class MotionKind(models.TextChoices):
    """What is voted on; each has its rule in `activities.votes` (BR 11, 12; AD; the rules of elections)."""

    ORDINARY = "ordinary", _("一般事项")
    COMMITTEE = "committee", _("支委会决定")
    ADMISSION = "admission", _("接收预备党员")
    PROBATION = "probation", _("预备党员转正")
    ELECTION = "election", _("选举")


# Votes in which written opinions of absent members count.
WITH_WRITTEN = (MotionKind.ADMISSION, MotionKind.PROBATION)


class LeftOutReason(models.TextChoices):
    """Why somebody does not count among those entitled to vote (BR 11)."""

    ILLNESS = "illness", _("长期患病")
    ABROAD = "abroad", _("出国6个月以上")
    STATIONED = "stationed", _("借调或派驻外地6个月以上")
    SUSPENDED = "suspended", _("留党察看或停止行使表决权")


class Pair(models.TextChoices):
    """Who talks with whom heart to heart (BR): each at least once a year."""

    COMMITTEE = "committee", _("支部委员之间")
    MIXED = "mixed", _("委员与党员之间")
    MEMBERS = "members", _("党员之间")


class Every(models.TextChoices):
    """The period in which a kind is due."""

    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    YEAR = "year", _("每年")


class Condition(models.TextChoices):
    """When a meeting rule applies to a branch."""

    ALWAYS = "always", _("所有支部")
    COMMITTEE = "committee", _("设支委会的支部")
    GROUPS = "groups", _("设党小组的支部")


class StudyDuty(models.TextChoices):
    """Of whom so many hours of study a year are asked (ED)."""

    MEMBER = "member", _("党员")
    COMMITTEE = "committee", _("书记和班子成员")


class StudySource(models.TextChoices):
    """Where the hours of a study record come from."""

    ENTERED = "entered", _("支部登记")
    MATERIAL = "material", _("学习资料")


class ItemList(models.TextChoices):
    """The three lists of a joint agreement (三张清单)."""

    NEED = "need", _("需求清单")
    RESOURCE = "resource", _("资源清单")
    PROJECT = "project", _("项目清单")


class ItemState(models.TextChoices):
    """Progress of an agreement's item."""

    OPEN = "open", _("待对接")
    RUNNING = "running", _("推进中")
    DONE = "done", _("已完成")


class SuggestionState(models.TextChoices):
    """States of a suggestion on its way to an answer (献计献策)."""

    LOGGED = "logged", _("登记")
    ACCEPTED = "accepted", _("立案")
    NOT_ACCEPTED = "not_accepted", _("不予立案")
    MERGED = "merged", _("并案")
    ASSIGNED = "assigned", _("交办")
    RETURNED = "returned", _("退回")
    IN_PROGRESS = "in_progress", _("办理")
    ANSWERED = "answered", _("答复")
    CLOSED = "closed", _("办结")


OPEN_SUGGESTIONS = (
    SuggestionState.LOGGED,
    SuggestionState.ACCEPTED,
    SuggestionState.ASSIGNED,
    SuggestionState.RETURNED,
    SuggestionState.IN_PROGRESS,
)


class Verdict(models.TextChoices):
    """What an answer says."""

    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT_ADOPTED = "not_adopted", _("未采纳")
    KEPT = "kept", _("留存")


class Rating(models.TextChoices):
    """How the author rates the answer."""

    SATISFIED = "satisfied", _("满意")
    FAIRLY = "fairly", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")


class AuthorPart(models.TextChoices):
    """In what part somebody stands behind a suggestion."""

    AUTHOR = "author", _("建议人")
    CO_SIGNER = "co_signer", _("附议人")


# The tone of a state's badge: a colour that always stands beside the state's word and a shape.
TONES = {
    ActivityState.DRAFT: "muted",
    ActivityState.SCHEDULED: "blue",
    ActivityState.HELD: "green",
    ActivityState.CANCELLED: "muted",
    AttendanceState.EXPECTED: "muted",
    AttendanceState.PRESENT: "green",
    AttendanceState.LATE: "amber",
    AttendanceState.LEAVE: "blue",
    AttendanceState.ABSENT: "red",
    ItemState.OPEN: "amber",
    ItemState.RUNNING: "blue",
    ItemState.DONE: "green",
    SuggestionState.LOGGED: "muted",
    SuggestionState.ACCEPTED: "blue",
    SuggestionState.NOT_ACCEPTED: "muted",
    SuggestionState.MERGED: "muted",
    SuggestionState.ASSIGNED: "blue",
    SuggestionState.RETURNED: "amber",
    SuggestionState.IN_PROGRESS: "amber",
    SuggestionState.ANSWERED: "green",
    SuggestionState.CLOSED: "muted",
}
ANSWER_TONES = {
    AnswerState.OPEN: "muted",
    AnswerState.COMING: "green",
    AnswerState.ASKED: "amber",
    AnswerState.APPROVED: "blue",
    AnswerState.REFUSED: "red",
}
VERDICT_TONES = {
    Verdict.ADOPTED: "gold",
    Verdict.PARTLY: "green",
    Verdict.NOT_ADOPTED: "muted",
    Verdict.KEPT: "blue",
}
