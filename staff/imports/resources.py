"""The three workbooks that the portal reads: their columns, how a row finds what it means, and what a row must be."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from staff import moves
from staff.choices import WAYS_OUT, OrganisationKind, PartyStatus, PlotKind, PostingState, RoundState
from staff.imports.register import Overtaken, Register
from staff.imports.widgets import Choice, Column, Day, Named, NamedMany, Text, Whole
from staff.models import Division, Member, PartyOrganisation, Plot, Posting, Round, Unit


def _organisations(*kinds):
    return lambda: PartyOrganisation.objects.filter(kind__in=kinds, external=False)


def _units():
    return Unit.objects.all()


class MemberRegister(Register):
    """人员: found by the employee number; somebody who changes branch or unit leaves a dated move."""

    title = gettext_lazy("人员")
    model = Member
    key_columns = ("employee_number",)
    unique_fields = ("employee_number",)

    employee_number = Column(
        gettext_noop("工号"),
        "employee_number",
        required=True,
        example="KM00123",
        note=gettext_lazy("唯一，用于识别已有人员"),
    )
    name = Column(gettext_noop("姓名"), "name", required=True, example="单晓梅")
    pinyin = Column(
        gettext_noop("拼音"), "pinyin", example="shan xiao mei", note=gettext_lazy("音节之间空一格；留空自动注音")
    )
    unit = Column(
        gettext_noop("单位"),
        "unit",
        Named(_units, "name", "short_name", what=pgettext_lazy("known rows", "单位")),
        required=True,
        example="官渡区局",
    )
    branch = Column(
        gettext_noop("所在支部"),
        "branch",
        Named(
            _organisations(OrganisationKind.BRANCH), "name", "short_name", what=pgettext_lazy("known rows", "党支部")
        ),
        example="官渡区局第一党支部",
        note=gettext_lazy("党员必填"),
    )
    group = Column(
        gettext_noop("党小组"),
        "group",
        Named(_organisations(OrganisationKind.GROUP), "name", "short_name", what=pgettext_lazy("known rows", "党小组")),
    )
    party_status = Column(
        gettext_noop("政治面貌"),
        "party_status",
        Choice(PartyStatus),
        example=PartyStatus.FULL.label,
        note=gettext_lazy("留空为群众"),
    )
    joined_on = Column(gettext_noop("入党日期"), "joined_on", Day(), example="2012-07-01")
    phone = Column(gettext_noop("手机"), "phone", Text(phone=True), example="13800000000", masked=True)
    position = Column(gettext_noop("职务岗位"), "position", example="专卖管理员")
    left_on = Column(gettext_noop("离职日期"), "left_on", Day(), note=gettext_lazy("离职后的第一天"))
    way_out = Column(gettext_noop("离职方式"), "way_out", Choice(WAYS_OUT), note=gettext_lazy("与离职日期一并填写"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.records = timezone.localdate(), moves.Records.of()

    def rows(self):
        """Everybody, with what their checks look at."""
        return Member.objects.select_related("branch", "group", "unit")

    def update_fields(self):
        """The columns, and what names are found by."""
        return [*super().update_fields(), "spelling", "initials"]

    def change_of(self, instance):
        """The move, the leaving or the return that the row amounts to, or None."""
        return moves.change_of(
            member=instance, stood=instance.stood, day=self.today, kind=getattr(instance, "way_out", None)
        )

    def check(self, instance):
        """Whoever moves or leaves by a workbook may do so by the page."""
        if getattr(instance, "way_out", None) and not instance.left_on:
            raise ValidationError({"left_on": _("请填写离职日期。")})
        try:
            if change := self.change_of(instance):
                self.records.refuse(change)
        except ValidationError as error:
            found = error.error_dict if hasattr(error, "error_dict") else {"unit": error}
            at = "left_on" if instance.left_on else "unit"
            raise ValidationError({at if name == "day" else name: texts for name, texts in found.items()}) from None

    def write(self, *, new, changed, by):
        """Store people, and the moves, leavings and returns that the rows amount to."""
        super().write(new=new, changed=changed, by=by)
        changes = [change for member in [*new, *changed] if (change := self.change_of(member))]
        records = moves.Records.of()
        try:
            for change in changes:
                records.refuse(change)
        except ValidationError:
            raise Overtaken from None
        moves.record(changes, by=by)


class PlotRegister(Register):
    """责任田: found by its unit and name."""

    title = gettext_lazy("责任田")
    model = Plot
    key_columns = ("unit", "name")
    unique_fields = ("unit", "name")

    name = Column(gettext_noop("名称"), "name", required=True, example="先锋村")
    kind = Column(gettext_noop("类别"), "kind", Choice(PlotKind), required=True, example=PlotKind.VILLAGE.label)
    unit = Column(
        gettext_noop("责任单位"),
        "unit",
        Named(_units, "name", "short_name", what=pgettext_lazy("known rows", "单位")),
        required=True,
        example="寻甸县局",
    )
    divisions = Column(
        gettext_noop("所在村社区"),
        "division_list",
        NamedMany(Division.objects.all, "code", "name", what=pgettext_lazy("known rows", "行政区划")),
        example="530129109201",
        note=gettext_lazy("区划代码或名称；多个用顿号隔开；同名的请填代码"),
    )
    households = Column(gettext_noop("户数"), "households", Whole(), example=86)
    technicians_needed = Column(gettext_noop("应有烟技员"), "technicians_needed", Whole(), example=1)
    grid_officers_needed = Column(gettext_noop("应有网格员"), "grid_officers_needed", Whole(), example=1)
    visit_interval = Column(
        gettext_noop("走访间隔"), "visit_interval", Whole(), example=7, note=gettext_lazy("天；留空为7")
    )
    season_starts = Column(gettext_noop("当季开始"), "season_starts", Day(), note=gettext_lazy("留空为全年走访"))
    season_ends = Column(gettext_noop("当季结束"), "season_ends", Day())
    note = Column(gettext_noop("说明"), "note")

    def key_of(self, instance):
        """Unit and name."""
        return (instance.unit_id, instance.name)

    def snapshot(self, instance):
        """The columns, and the divisions once they are given."""
        return {**super().snapshot(instance), "divisions": getattr(instance, "division_list", None)}

    def write(self, *, new, changed, by):
        """Store plots and where they lie."""
        super().write(new=new, changed=changed, by=by)
        through = Plot.divisions.through
        placed = [plot for plot in [*new, *changed] if getattr(plot, "division_list", None) is not None]
        for start in range(0, len(placed), 500):
            through.objects.filter(plot__in=[plot.pk for plot in placed[start : start + 500]]).delete()
        through.objects.bulk_create(
            [
                through(plot_id=plot.pk, division_id=code)
                for plot in placed
                for code in dict.fromkeys(division.pk for division in plot.division_list)
            ],
            batch_size=500,
        )


class PostingRegister(Register):
    """派驻: found by round, person and first day. A stored one is changed on its page, with a reason, not here."""

    title = gettext_lazy("派驻")
    model = Posting
    key_columns = ("round", "member", "starts")
    unique_fields = ("round", "member", "starts")

    round = Column(
        gettext_noop("轮次"),
        "round",
        Named(Round.objects.all, "name", what=pgettext_lazy("known rows", "轮次")),
        required=True,
        example="2026年轮次",
    )
    member = Column(
        gettext_noop("工号"),
        "member",
        Named(Member.objects.select_related, "employee_number", what=pgettext_lazy("known rows", "人员工号")),
        required=True,
        example="KM00123",
    )
    name = Column(gettext_noop("姓名"), "checked_name", example="单晓梅", note=gettext_lazy("与工号核对"))
    home_unit = Column(
        gettext_noop("派出单位"),
        "home_unit",
        Named(_units, "name", "short_name", what=pgettext_lazy("known rows", "单位")),
        note=gettext_lazy("留空为其所在单位"),
    )
    host_unit = Column(
        gettext_noop("接收单位"),
        "host_unit",
        Named(_units, "name", "short_name", what=pgettext_lazy("known rows", "单位")),
        required=True,
        example="嵩明县局",
    )
    duty = Column(gettext_noop("岗位职责"), "duty", required=True, example="夜市专卖巡查")
    starts = Column(gettext_noop("开始日期"), "starts", Day(), required=True, example="2026-03-01")
    ends = Column(gettext_noop("结束日期"), "ends", Day(), required=True, example="2026-08-31")
    state = Column(
        gettext_noop("状态"),
        "state",
        Choice([PostingState.PROPOSED, PostingState.IN_POST, PostingState.COMPLETED]),
        example=PostingState.PROPOSED.label,
        note=gettext_lazy("留空为拟派"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.served = defaultdict(list)
        for posting in self.existing.values():
            self.served[posting.member_id].append((posting.starts, posting.ends, posting.host_unit))

    def rows(self):
        """All postings, with where they lead."""
        return Posting.objects.select_related("host_unit", "home_unit", "round", "member")

    def key_of(self, instance):
        """Round, person and first day."""
        return (instance.round_id, instance.member_id, instance.starts)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Who comes from nowhere else comes from their own unit."""
        if instance.home_unit_id is None and instance.member_id and not import_validation_errors:
            instance.home_unit_id = instance.member.unit_id
        super().validate_instance(instance, import_validation_errors, validate_unique)

    def check(self, instance):
        """The name fits the number, a draft round has proposals only, nobody serves twice on a day."""
        if (name := getattr(instance, "checked_name", None)) and name != instance.member.name:
            raise ValidationError({"checked_name": _("与工号对应的姓名不一致，请核对工号。")})
        if instance.stood is not None:
            if instance.stood != self.snapshot(instance):
                raise ValidationError({"starts": _("该派驻已登记，请在派驻页面办理变更。")})
            return
        if instance.round.state == RoundState.DRAFT and instance.state != PostingState.PROPOSED:
            raise ValidationError({"state": _("轮次尚未批准，状态只能为拟派。")})
        for starts, ends, unit in self.served[instance.member_id]:
            if starts <= instance.ends and instance.starts <= ends:
                raise ValidationError(
                    {
                        "starts": _("该人员在这段时间已有其他派驻（%(unit)s，%(starts)s 至 %(ends)s）。")
                        % {"unit": unit, "starts": starts, "ends": ends}
                    }
                )
        self.served[instance.member_id].append((instance.starts, instance.ends, instance.host_unit))
