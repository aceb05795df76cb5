"""What the domain modules of activities write into Wagtail's log, with the words for histories and the audit page."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "activities.activity.arrange": _("安排活动"),
    "activities.activity.draft": _("保存活动草稿"),
    "activities.activity.change": _("修改活动"),
    "activities.activity.schedule": _("发出活动安排"),
    "activities.activity.cancel": _("取消活动"),
    "activities.activity.hold": _("确认活动已开展"),
    "activities.activity.publish": _("发布活动页面"),
    "activities.attendance.mark": _("登记出席"),
    "activities.attendance.check_in": _("本人签到"),
    "activities.attendance.add_guest": _("登记来宾"),
    "activities.attendance.remove_guest": _("移除来宾"),
    "activities.sign_up.sign": _("报名"),
    "activities.sign_up.withdraw": _("取消报名"),
    "activities.minutes.save": _("保存会议记录"),
    "activities.minutes.sign": _("会议记录签字"),
    "activities.minutes.decide": _("登记决定事项"),
    "activities.minutes.complete": _("决定事项办结"),
    "activities.minutes.correct": _("更正会议记录"),
    "activities.minutes.attach": _("添加会议记录附件"),
    "activities.minutes.detach": _("移除会议记录附件"),
    "activities.minutes.account": _("由会议记录起草活动报道"),
    "activities.minutes.decision_remove": _("删除决定事项"),
    "activities.minutes.motion": _("登记表决"),
    "activities.minutes.motion_remove": _("删除表决"),
    "activities.minutes.leave_out": _("登记不计入表决基数"),
    "activities.minutes.leave_out_confirm": _("确认不计入表决基数"),
    "activities.minutes.count_again": _("恢复计入表决基数"),
    "activities.feed.create": _("开通日历订阅"),
    "activities.feed.revoke": _("停用日历订阅"),
    "activities.suggestion.log": _("登记建议"),
    "activities.suggestion.accept": _("建议立案"),
    "activities.suggestion.refuse": _("建议不予立案"),
    "activities.suggestion.merge": _("建议并案"),
    "activities.suggestion.assign": _("交办建议"),
    "activities.suggestion.return": _("退回建议"),
    "activities.suggestion.start": _("开始办理建议"),
    "activities.suggestion.note": _("记录建议办理进展"),
    "activities.suggestion.answer": _("答复建议"),
    "activities.suggestion.rate": _("评价建议答复"),
    "activities.suggestion.reopen": _("重新办理建议"),
    "activities.suggestion.close": _("建议自动办结"),
    "activities.suggestion.reveal": _("查询建议人"),
    "activities.agreement.add": _("登记共建协议"),
    "activities.agreement.change": _("修改共建协议"),
    "activities.agreement.sign": _("登记共建协议签订"),
    "activities.agreement.item": _("更新共建清单"),
    "activities.agreement.report": _("登记共建事项进展"),
    "activities.agreement.remove_item": _("删除共建事项"),
}


def register(actions):
    """Make the actions known to Wagtail (called by the hook `register_log_actions`)."""
    for name, label in ACTIONS.items():
        actions.register_action(name, label, label)
