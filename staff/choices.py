"""States and kinds of the staff registers, and the named groups of them that rules speak of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DivisionLevel(models.TextChoices):
    """Levels of the administrative divisions (GB/T 2260 and statistical codes)."""

    CITY = "city", _("市")
    COUNTY = "county", _("县区")
    TOWNSHIP = "township", _("乡镇街道")
    VILLAGE = "village", _("村社区")


class UnitKind(models.TextChoices):
    """What a unit of the bureau is."""

    CITY = "city", _("市局")
    COUNTY = "county", _("县级局")
    DEPARTMENT = "department", _("科室部门")
    SQUAD = "squad", _("专卖中队")
    STATION = "station", _("烟站")
    EXTERNAL = "external", _("外部单位")


class OrganisationKind(models.TextChoices):
    """Levels of party organisations (BR: committee > general branch > branch > group)."""

    COMMITTEE = "committee", _("党委")
    GENERAL = "general", _("党总支")
    BRANCH = "branch", _("党支部")
    GROUP = "group", _("党小组")


class MonthWeek(models.IntegerChoices):
    """Which of a month's Mondays, Tuesdays, … is meant."""

    FIRST = 1, _("第一个")
    SECOND = 2, _("第二个")
    THIRD = 3, _("第三个")
    FOURTH = 4, _("第四个")
    LAST = 5, _("最后一个")


class Weekday(models.IntegerChoices):
    """Days of the week on which the bureau works, numbered as ISO does."""

    MONDAY = 1, _("星期一")
    TUESDAY = 2, _("星期二")
    WEDNESDAY = 3, _("星期三")
    THURSDAY = 4, _("星期四")
    FRIDAY = 5, _("星期五")


class PartyStatus(models.TextChoices):
    """Where somebody stands on the way into the party (AD)."""

    MASSES = "masses", _("群众")
    APPLICANT = "applicant", _("入党申请人")
    ACTIVIST = "activist", _("入党积极分子")
    CANDIDATE = "candidate", _("发展对象")
    PROBATIONARY = "probationary", _("预备党员")
    FULL = "full", _("正式党员")


PARTY_MEMBERS = (PartyStatus.PROBATIONARY, PartyStatus.FULL)


class TransferKind(models.TextChoices):
    """What happened to somebody's place in the bureau."""

    MOVED = "moved", _("调动")
    RETIRED = "retired", _("退休")
    OUT = "out", _("调出本局")
    RESIGNED = "resigned", _("辞职")
    ENDED = "ended", _("解除或终止劳动关系")
    DIED = "died", _("去世")
    LEFT = "left", _("离职（方式未注明）")
    RETURNED = "returned", _("返回本局")


# With these somebody leaves the bureau; the last is for records that say no more than the day.
WAYS_OUT = (TransferKind.RETIRED, TransferKind.OUT, TransferKind.RESIGNED, TransferKind.ENDED, TransferKind.DIED)
LEAVING = (*WAYS_OUT, TransferKind.LEFT)


class ImportKind(models.TextChoices):
    """What a workbook brings in."""

    MEMBERS = "members", pgettext_lazy("workbook", "人员")
    PLOTS = "plots", _("责任田")
    ASSIGNMENTS = "assignments", _("责任分工")
    POSTINGS = "postings", pgettext_lazy("workbook", "派驻")


class ImportState(models.TextChoices):
    """Where a workbook stands on its way in."""

    WAITING = "waiting", _("排队中")
    CHECKING = "checking", _("正在核对")
    READY = "ready", _("待确认")
    WRITING = "writing", _("正在写入")
    DONE = "done", _("已写入")
    FAILED = "failed", _("未写入")


class RowOutcome(models.TextChoices):
    """What becomes of one row of a workbook."""

    REFUSED = "refused", _("有误")
    CHANGED = "changed", pgettext_lazy("row", "修改")
    NEW = "new", _("新增")


class PostKind(models.TextChoices):
    """Party posts of an organisation (BR)."""

    SECRETARY = "secretary", _("书记")
    DEPUTY = "deputy", _("副书记")
    ORGANISATION = "organisation", _("组织委员")
    PUBLICITY = "publicity", _("宣传委员")
    DISCIPLINE = "discipline", _("纪检委员")
    GROUP_LEADER = "group_leader", _("党小组组长")


COMMITTEE_POSTS = (
    PostKind.SECRETARY,
    PostKind.DEPUTY,
    PostKind.ORGANISATION,
    PostKind.PUBLICITY,
    PostKind.DISCIPLINE,
)


class Role(models.TextChoices):
    """What somebody may be to the portal; each is held over a scope."""

    STAFF = "staff", _("职工")
    SECRETARY = "secretary", _("支部书记(委员)")
    MANAGEMENT = "management", _("管理层")
    OFFICE = "office", _("党建办")
    SYSADMIN = "sysadmin", _("系统管理员")
    PARTNER = "partner", _("共建单位")
    AUDITOR = "auditor", _("审计员")


GRANTED_ROLES = (Role.MANAGEMENT, Role.OFFICE, Role.SYSADMIN, Role.PARTNER, Role.AUDITOR)


class PlotKind(models.TextChoices):
    """What a plot (责任田) is made of."""

    VILLAGE = "village", _("烟区村")
    HOUSEHOLDS = "households", _("包片包户")
    STREET = "street", _("街道片区")
    LOGISTICS = "logistics", _("物流寄递点")
    RETAILERS = "retailers", _("零售户片区")
    PROJECT = "project", _("重点项目")


class AssignmentRole(models.TextChoices):
    """In what part somebody holds a plot."""

    TECHNICIAN = "technician", _("烟技员")
    GRID_OFFICER = "grid_officer", _("网格员")
    LEAD = "lead", _("责任人")
    ASSISTANT = "assistant", _("协助人")


class FindingState(models.TextChoices):
    """Whether what a visit found is still open."""

    OPEN = "open", _("待整改")
    CLOSED = "closed", _("已整改")


class DueState(models.TextChoices):
    """Where a plot stands between two visits; derived by `staff.visits.due`, never stored."""

    NOT_DUE = "not_due", _("未到期")
    DUE = "due", _("应走访")
    OVERDUE = "overdue", _("已逾期")
    OUT_OF_SEASON = "out_of_season", _("非走访季")


class HandoverCause(models.TextChoices):
    """Why a holding is to be handed over."""

    LEFT = "left", _("离职")
    MOVED = "moved", _("调离本单位")
    POSTED = "posted", _("下沉派驻")


class LetterState(models.TextChoices):
    """Where a responsibility letter stands; read from its signatures, never stored."""

    DRAFT = "draft", pgettext_lazy("letter", "待签订")
    HALF = "half", pgettext_lazy("letter", "一方已签")
    SIGNED = "signed", pgettext_lazy("letter", "已签订")
    ASSESSED = "assessed", pgettext_lazy("letter", "已评价")


class RoundState(models.TextChoices):
    """Stages of a round of deployment (轮次)."""

    DRAFT = "draft", _("拟定")
    APPROVED = "approved", _("已批准")
    CLOSED = "closed", _("已结束")


class PostingState(models.TextChoices):
    """Stages of a posting; being on leave is derived from `Leave`, never stored."""

    PROPOSED = "proposed", _("拟派")
    IN_POST = "in_post", _("在岗")
    COMPLETED = "completed", _("期满")
    RECALLED = "recalled", _("召回")
    REPLACED = "replaced", _("接替")


SERVED = (PostingState.IN_POST, PostingState.COMPLETED, PostingState.RECALLED, PostingState.REPLACED)


class ChangeKind(models.TextChoices):
    """What a change did to a posting."""

    EXTENSION = "extension", _("延期")
    MOVE = "move", _("调整岗位")
    EARLY_END = "early_end", _("提前结束")
    RECALL = "recall", _("召回")
    REPLACEMENT = "replacement", _("接替")


class LeaveState(models.TextChoices):
    """Stages of leave from a posting."""

    REQUESTED = "requested", _("待审批")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未批准")
    RETURNED = "returned", _("已销假")


LEAVE_IN_FORCE = (LeaveState.APPROVED, LeaveState.RETURNED)


class Side(models.TextChoices):
    """Which side of a posting speaks at its end; the person's own statement is one of them."""

    HOST = "host", _("接收单位")
    HOME = "home", _("派出支部")
    SELF = "self", _("本人")


class ShiftKind(models.TextChoices):
    """What a shift at a host unit is."""

    DUTY = "duty", _("值班")
    JOINT = "joint", _("联合行动")


class SwapState(models.TextChoices):
    """Stages of a request to swap shifts."""

    ASKED = "asked", _("待对方同意")
    AGREED = "agreed", _("待单位批准")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


SWAP_OPEN = (SwapState.ASKED, SwapState.AGREED)


class ReportSpan(models.TextChoices):
    """What a field report covers; no rhythm is forced on anybody."""

    DAY = "day", _("日记")
    WEEK = "week", _("周记")


class NotificationKind(models.TextChoices):
    """Why the portal writes to somebody; each can be turned off by the person reminded."""

    ACTIVITY = "activity", _("活动通知")
    REMINDER = "reminder", _("活动提醒")
    PLOT = "plot", _("责任田")
    DEPLOYMENT = "deployment", _("下沉一线")
    SUGGESTION = "suggestion", _("建议办理")
    NOTICE = "notice", _("通知公告")
    UPDATE = "update", _("动态互动")
    SYSTEM = "system", _("系统消息")


class Channel(models.TextChoices):
    """On which way a message leaves the portal."""

    MAIL = "mail", _("邮件")
    DIGEST = "digest", _("邮件摘要")
    INVITATION = "invitation", _("账号邀请")
    ROBOT = "robot", _("个人机器人")
    GROUP = "group", _("单位群机器人")


class DeliveryState(models.TextChoices):
    """Stages of a message on its way out."""

    WAITING = "waiting", pgettext_lazy("state", "待发送")
    SENDING = "sending", pgettext_lazy("state", "发送中")
    SENT = "sent", pgettext_lazy("state", "已发送")
    DROPPED = "dropped", pgettext_lazy("state", "无需发送")
    FAILED = "failed", pgettext_lazy("state", "未送达")


class RobotService(models.TextChoices):
    """Whose group robot a webhook belongs to; each wants its own shape and signature."""

    DINGTALK = "dingtalk", _("钉钉")
    WECOM = "wecom", _("企业微信")
    FEISHU = "feishu", _("飞书")


class AccessAction(models.TextChoices):
    """What somebody did with what is masked to others."""

    VIEWED = "viewed", _("查看")
    EXPORTED = "exported", _("导出")
    REVEALED = "revealed", _("查询建议人")


# The tone of a state's badge: a colour that always stands beside the state's word and a shape. Kept by register, since
# two registers may use one word ("closed", "approved") of different things.
DUE_TONES = {
    DueState.NOT_DUE: "green",
    DueState.DUE: "amber",
    DueState.OVERDUE: "red",
    DueState.OUT_OF_SEASON: "muted",
}
FINDING_TONES = {FindingState.OPEN: "amber", FindingState.CLOSED: "green"}
LETTER_TONES = {
    LetterState.DRAFT: "amber",
    LetterState.HALF: "amber",
    LetterState.SIGNED: "green",
    LetterState.ASSESSED: "blue",
}
ROUND_TONES = {RoundState.DRAFT: "muted", RoundState.APPROVED: "green", RoundState.CLOSED: "muted"}
POSTING_TONES = {
    PostingState.PROPOSED: "blue",
    PostingState.IN_POST: "green",
    PostingState.COMPLETED: "muted",
    PostingState.RECALLED: "amber",
    PostingState.REPLACED: "muted",
}
LEAVE_TONES = {
    LeaveState.REQUESTED: "amber",
    LeaveState.APPROVED: "blue",
    LeaveState.REFUSED: "red",
    LeaveState.RETURNED: "muted",
}
SHIFT_TONES = {ShiftKind.DUTY: "muted", ShiftKind.JOINT: "gold"}
SWAP_TONES = {
    SwapState.ASKED: "amber",
    SwapState.AGREED: "blue",
    SwapState.APPROVED: "green",
    SwapState.REFUSED: "red",
    SwapState.WITHDRAWN: "muted",
}
