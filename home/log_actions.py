"""What the domain modules of `home` write into Wagtail's log, with the words for histories and the audit page."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "home.update.reword": _("修改动态"),
    "home.comment.reword": _("修改评论"),
    "home.comment.remove": _("删除违规评论"),
    "home.report.send": _("举报"),
    "home.report.handle": _("处理举报"),
    "home.notice.remind": _("提醒未读通知的人员"),
    "home.study.finish": _("学完学习资料"),
    "home.study.retract": _("撤回学完登记"),
    "home.proposal.put_forward": _("推荐典型"),
    "home.proposal.change": _("修改典型推荐"),
    "home.proposal.return": _("退回典型推荐"),
    "home.proposal.take": _("采用典型推荐"),
}


def register(actions):
    """Make the actions known to Wagtail (called by the hook `register_log_actions`)."""
    for name, label in ACTIONS.items():
        actions.register_action(name, label, label)
