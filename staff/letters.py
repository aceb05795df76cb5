"""Target responsibility letters (目标责任书): drawn up, signed by both sides, answered for at year's end."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff import access
from staff.choices import LetterState, NotificationKind
from staff.models import Indicator, Letter
from staff.notifications import notify
from staff.word import Paper, written

# The one table of what may follow: a draft or half-signed letter may still be worded anew, which undoes a signature.
LETTER_MOVES = {
    LetterState.DRAFT: {LetterState.HALF},
    LetterState.HALF: {LetterState.DRAFT, LetterState.SIGNED},
    LetterState.SIGNED: {LetterState.ASSESSED},
    LetterState.ASSESSED: {LetterState.ASSESSED},
}
EDITABLE = (LetterState.DRAFT, LetterState.HALF)
# The two sides that sign.
HOLDER, UNIT = "holder", "unit"


def _locked(letter):
    rows = Letter.objects.select_for_update(of=("self",)).select_related("assignment__plot", "assignment__member")
    return rows.get(pk=letter.pk)


def version(letter):
    """What a form carries of the letter as it was shown: another wording or a signature makes it another."""
    words = [letter.year, letter.goals, *letter.indicators.order_by("pk").values_list("name", "target")]
    signed = [letter.signed_by_holder_on, letter.signed_by_unit_on]
    return hashlib.sha256(repr([*words, *signed]).encode()).hexdigest()[:16]


def _must_be_seen(letter, seen):
    if seen != version(letter):
        raise ValidationError(
            _("未保存：目标责任书刚刚被修改或签订。请核对下方的内容和当前的责任书，再次提交。"), code="stale"
        )


@transaction.atomic
def draw_up(*, assignment, year, goals, indicators, letter=None, seen="", by):
    """Make the letter of a year, or word `letter` anew as long as not both have signed; a signature is then undone.

    `indicators` are pairs of name and target. Raises for a second letter of a year, one without indicators, and where
    somebody else changed or signed it since version `seen`.
    """
    if letter is None:
        if assignment.member_id is None:
            raise ValidationError(_("目标责任书与本局人员签订。"))
        letter = Letter(assignment=assignment, year=year)
    else:
        letter = _locked(letter)
        if letter.state not in EDITABLE:
            raise ValidationError(_("双方已签订的目标责任书不能修改。"), code="signed")
        _must_be_seen(letter, seen)
    if not indicators:
        raise ValidationError(_("请至少填写一项指标。"))
    letter.year, letter.goals = year, goals
    letter.signed_by_holder_on = letter.signed_by_unit_on = None
    letter.signed_for_unit_by = ""
    letter.full_clean()
    letter.save()
    letter.indicators.all().delete()
    Indicator.objects.bulk_create(Indicator(letter=letter, name=name, target=target) for name, target in indicators)
    log(instance=letter, action="staff.letter.draw_up", user=by)
    _tell(letter, gettext_lazy("%(plot)s %(year)d年目标责任书已拟定，请核对并签订。"), "drawn", by)
    return letter


@transaction.atomic
def sign(*, letter, side, seen, day, by):
    """Sign for the holder or for the unit the words of version `seen`; nobody signs for both.

    Raises when that side has signed, or may not, and when the letter is worded otherwise by now.
    """
    letter = _locked(letter)
    as_shown = seen == version(letter)
    own = access.roles(by).member
    is_holder = own is not None and own.pk == letter.assignment.member_id
    if side == HOLDER:
        if not is_holder:
            raise ValidationError(_("责任人一方由其本人签订。"))
        signed = letter.signed_by_holder_on
        letter.signed_by_holder_on = day
    else:
        if is_holder or not access.allowed(by, "change", letter):
            raise ValidationError(_("单位一方由责任田的管理人签订，不能由责任人本人代签。"))
        signed = letter.signed_by_unit_on
        letter.signed_by_unit_on = day
        letter.signed_for_unit_by = (own.name if own else by.get_username())[:40]
    if signed:
        raise ValidationError(_("该方已签订，请刷新页面查看。"), code="stale")
    if not as_shown:
        raise ValidationError(_("未签订：目标责任书刚刚被修改或由另一方签订，请核对现在的内容后再签。"), code="stale")
    letter.save()
    log(instance=letter, action="staff.letter.sign", user=by, data={"side": side})
    if side == UNIT:
        _tell(letter, gettext_lazy("单位已签订%(plot)s %(year)d年目标责任书。"), "signed", by)
    return letter


@transaction.atomic
def assess(*, letter, results, assessment, day, by):
    """Write down what was reached: `results` by the key of each indicator. Only of a letter that both have signed."""
    letter = _locked(letter)
    if LetterState.ASSESSED not in LETTER_MOVES[letter.state]:
        raise ValidationError(_("双方签订后才能填写完成情况。"), code="transition")
    for indicator in letter.indicators.all():
        indicator.result = results.get(indicator.pk, "")
        indicator.full_clean()
        indicator.save(update_fields=["result"])
    letter.assessment, letter.assessed_on = assessment, day
    letter.full_clean()
    letter.save()
    log(instance=letter, action="staff.letter.assess", user=by)
    _tell(letter, gettext_lazy("%(plot)s %(year)d年目标责任书的完成情况已填写。"), "assessed", by)
    return letter


def _tell(letter, text, what, by):
    """Tell the holder, unless they did it themselves."""
    user = letter.assignment.member.user
    if user is None or user == by:
        return
    notify(
        users=[user],
        kind=NotificationKind.PLOT,
        text=lambda: text % {"plot": letter.assignment.plot.name, "year": letter.year},
        address=letter.get_absolute_url(),
        key=f"letter:{letter.pk}:{what}",
    )


def paper(letter, bureau):
    """The letter as a Word file, in the layout of official papers and in Chinese whatever the reader's language.

    What was reached stands in it once it is known.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(letter, bureau)


def _paper(letter, bureau):
    holding = letter.assignment
    unit = holding.plot.unit.name
    sheet = Paper(f"{letter.year}年责任田目标责任书", subtitle=holding.plot.name)
    sheet.fields(
        [
            ("甲方", unit if bureau in unit else f"{bureau}{unit}"),
            ("乙方", f"{holding.member.name}（{holding.member.unit.name}）"),
            ("分工", holding.get_role_display()),
            ("责任期", f"{written(holding.starts)}起" + (f"至{written(holding.ends)}" if holding.ends else "")),
        ]
    )
    sheet.heading("一、责任目标")
    sheet.paragraph(letter.goals)
    sheet.heading("二、责任指标")
    rows = [[n, row.name, row.target, row.result] for n, row in enumerate(letter.indicators.all(), start=1)]
    sheet.table(["序号", "指标", "目标值", "完成情况"], rows, widths=[16, 58, 40, 42])
    if letter.assessment:
        sheet.heading("三、年终评价")
        sheet.paragraph(letter.assessment)
    sheet.paragraph("本责任书经双方签订后生效，完成情况计入年度考核。")
    signed = (
        ("甲方已签", letter.signed_for_unit_by, letter.signed_by_unit_on),
        ("乙方已签", holding.member.name, letter.signed_by_holder_on),
    )
    sheet.fields([(label, f"{name} {written(day)}".strip()) for label, name, day in signed if day])
    sheet.sign("甲方签字", "乙方签字")
    return sheet
