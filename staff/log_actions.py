"""What the domain modules of `staff` write into Wagtail's log, with the words for histories and the audit page."""

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

ACTIONS = {
    "staff.grant.give": _("授予角色"),
    "staff.grant.close": _("收回角色"),
    "staff.robot.keep": _("设置群机器人"),
    "staff.robot.remove": _("停用群机器人"),
    "staff.delivery.again": _("重新发送未送达消息"),
    "staff.account.invite": _("邀请开通账号"),
    "staff.account.revoke": _("撤销邀请"),
    "staff.account.accept": _("接受邀请"),
    "staff.import.write": _("导入工作簿"),
    "staff.member.move": _("办理人事变动"),
    "staff.member.merge": _("合并人员记录"),
    "staff.visit.record": _("登记走访"),
    "staff.visit.correct": _("更正走访记录"),
    "staff.finding.close": _("问题整改销号"),
    "staff.finding.amend": _("修改走访问题"),
    "staff.plot.assign": _("分派责任田"),
    "staff.plot.end_assignment": _("结束责任分工"),
    "staff.plot.hand_over": _("交接责任田"),
    "staff.letter.draw_up": _("拟定目标责任书"),
    "staff.letter.sign": _("签订目标责任书"),
    "staff.letter.assess": _("评价目标责任书"),
    "staff.round.create": _("建立轮次"),
    "staff.round.edit": _("修改轮次"),
    "staff.round.discard": _("删除轮次草稿"),
    "staff.round.needs": _("修改用人需求"),
    "staff.round.approve": _("批准轮次"),
    "staff.round.close": _("结束轮次"),
    "staff.posting.propose": _("提出派驻"),
    "staff.posting.withdraw": _("撤回拟派"),
    "staff.posting.decline": _("不同意派驻"),
    "staff.posting.approve": _("批准派驻"),
    "staff.posting.extend": _("派驻延期"),
    "staff.posting.move": _("调整岗位"),
    "staff.posting.early_end": _("提前结束派驻"),
    "staff.posting.recall": _("召回"),
    "staff.posting.replace": _("接替"),
    "staff.posting.membership": _("登记组织关系办理情况"),
    "staff.posting.complete": _("派驻期满"),
    "staff.leave.request": _("申请请假"),
    "staff.leave.approve": _("批准请假"),
    "staff.leave.refuse": _("不批准请假"),
    "staff.leave.return": _("销假"),
    "staff.report.write": _("填写工作日志"),
    "staff.report.edit": _("修改工作日志"),
    "staff.shift.plan": _("安排班次"),
    "staff.shift.edit": _("修改班次"),
    "staff.shift.discard": _("取消班次"),
    "staff.shift.place": _("安排值班人员"),
    "staff.shift.take_off": _("撤下值班人员"),
    "staff.swap.ask": _("申请换班"),
    "staff.swap.agree": _("同意换班"),
    "staff.swap.refuse": _("不同意换班"),
    "staff.swap.withdraw": _("撤回换班申请"),
    "staff.swap.approve": _("批准换班"),
    "staff.swap.decline": _("不批准换班"),
    "staff.opinion.give": _("出具鉴定"),
}


def register(actions):
    """Make the actions known to Wagtail (called by the hook `register_log_actions`)."""
    for name, label in ACTIONS.items():
        actions.register_action(name, label, label)


def log_all(action, rows, *, by):
    """Log `action` on many instances of one model, given as (instance, data), in as many queries as batches."""
    if not rows:
        return
    content_type, now = ContentType.objects.get_for_model(rows[0][0]), timezone.now()
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=content_type,
                label=str(instance),
                action=action,
                data=data,
                timestamp=now,
                user=by,
                object_id=instance.pk,
            )
            for instance, data in rows
        ],
        batch_size=500,
    )
