"""Minutes as a Word file, in the layout of official papers. The paper is in Chinese, whatever the reader's language."""

from django.utils import timezone
from django.utils.translation import override

from staff.word import Paper, lasting, numbered, timed, written


class _Headings:
    """Headings at level 1 that number themselves."""

    def __init__(self, paper):
        self.paper, self.count = paper, 0

    def add(self, text):
        """The next one."""
        self.count += 1
        self.paper.heading(numbered(self.count, text))


def write(content):
    """The download of what `Found.content` gathered."""
    with override("zh-hans"):
        paper = _paper(content)
        day = timezone.localtime(content["activity"].starts)
        return paper.response(f"{_meeting(content)}记录{day:%Y%m%d}")


def _meeting(content):
    """Whose meeting it was, and of what kind: 第一党支部党员大会, not 第一党支部支部党员大会."""
    organisation, kind = str(content["organisation"]), str(content["kind"].label)
    return organisation + (kind.removeprefix("支部") if organisation.endswith("支部") else kind)


def _paper(content):
    minutes, activity = content["minutes"], content["activity"]
    paper = Paper(f"{_meeting(content)}记录")
    if not minutes.is_locked:
        paper.paragraph("（草稿，尚未签字）", align="center")
    paper.fields(_facts(content))
    headings = _Headings(paper)
    for heading, text in (("会议议程", minutes.agenda), ("会议内容", minutes.text)):
        if text.strip():
            headings.add(heading)
            paper.paragraph("\n".join(line.strip() for line in text.splitlines() if line.strip()))
    _speeches(paper, headings, content["speeches"])
    _motions(paper, headings, content)
    _decisions(paper, headings, content["decisions"])
    if content["corrections"]:
        headings.add("更正")
        for correction in content["corrections"]:
            paper.paragraph(f"{timed(correction.at)}　{correction.text}")
    paper.sign("主持人（签字）", "记录人（签字）")
    paper.date(activity.day)
    return paper


def _facts(content):
    minutes, activity, roll = content["minutes"], content["activity"], content["roll"]
    facts = [
        ("时间", lasting(activity.starts, activity.ends)),
        ("地点", activity.place),
        ("主题", activity.title),
        ("主持人", minutes.chair or ""),
        ("记录人", minutes.recorder or ""),
        ("应到", f"{roll.expected}人　实到：{roll.there}人　请假：{len(roll.leave)}人　缺席：{len(roll.absent)}人"),
    ]
    for label, rows in (("请假", roll.leave), ("缺席", roll.absent)):
        if rows:
            named = (f"{name}（{reason}）" if reason else name for name, reason in rows)
            facts.append((f"{label}人员", "、".join(named)))
    if roll.guests:
        named = (f"{name}（{unit}，{kind}）" if unit else f"{name}（{kind}）" for kind, name, unit in roll.guests)
        facts.append(("列席", "、".join(named)))
    return facts


def _speeches(paper, headings, speeches):
    if speeches:
        headings.add("发言")
        for speech in speeches:
            paper.paragraph(f"{speech.name}：{speech.text}")


def _motions(paper, headings, content):
    if not content["motions"]:
        return
    headings.add("表决")
    for number, (motion, _current) in enumerate(content["motions"], start=1):
        paper.heading(f"{number}. {motion.title}", level=3)
        votes = f"应到会有表决权{motion.entitled}人，实到{motion.present}人"
        if motion.written:
            votes += f"，书面意见{motion.written}份"
        votes += f"；赞成{motion.votes_for}票，反对{motion.votes_against}票，弃权{motion.abstained}票。"
        verdict = ("超过", "通过") if motion.is_carried else ("未超过", "未通过")
        paper.paragraph(
            f"{motion.get_kind_display()}。{votes}赞成票{verdict[0]}应到会有表决权人数的半数，{verdict[1]}。"
        )
    for row in content["minutes"].left_out.select_related("member").filter(confirmed_by__isnull=False):
        note = f"，{row.note}" if row.note else ""
        paper.paragraph(f"不计入表决基数：{row.member.name}（{row.get_reason_display()}{note}）。")


def _decisions(paper, headings, decisions):
    if not decisions:
        return
    headings.add("决定事项")
    rows = [
        [number, row.text, row.owner.name if row.owner else "", written(row.due) if row.due else ""]
        for number, row in enumerate(decisions, start=1)
    ]
    paper.table(["序号", "决定事项", "责任人", "完成时限"], rows, widths=[14, 74, 24, 44])
