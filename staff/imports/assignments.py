"""责任分工: who holds which plot, as a workbook. What is stored already is changed on the plot's page, not here."""

from collections import defaultdict
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy
from import_export.widgets import Widget

from staff.choices import AssignmentRole, NotificationKind
from staff.imports.register import Register
from staff.imports.sheets import plain
from staff.imports.widgets import Choice, Column, Day, Named
from staff.models import Assignment, Member, Plot, User
from staff.notifications import notify

UNIT = gettext_noop("责任单位")


class PlotOf(Widget):
    """A plot by its name within the unit that the row names; names repeat from unit to unit."""

    def __init__(self):
        super().__init__()
        self._known = None

    @property
    def known(self):
        """Every plot by its unit's names and its own."""
        if self._known is None:
            self._known = {}
            for plot in Plot.objects.select_related("unit"):
                for unit in {plot.unit.name, plot.unit.short_name}:
                    self._known[plain(unit), plain(plot.name)] = plot
        return self._known

    def clean(self, value, row=None, **kwargs):
        """The plot."""
        text = plain(value) if value is not None else ""
        if not text:
            return None
        unit = plain(row.get(UNIT) or "")
        if (unit, text) in self.known:
            return self.known[unit, text]
        facts = {"unit": unit, "name": text}
        if near := get_close_matches(text, [name for of, name in self.known if of == unit], n=1, cutoff=0.5):
            raise ValueError(_("%(unit)s没有责任田“%(name)s”。是否为“%(near)s”？") % {**facts, "near": near[0]})
        raise ValueError(_("%(unit)s没有责任田“%(name)s”。") % facts)


class AssignmentRegister(Register):
    """责任分工: found by plot, person, part and first day."""

    title = gettext_lazy("责任分工")
    model = Assignment
    key_columns = ("plot", "member", "role", "starts")
    unique_fields = ("plot", "member", "role", "starts")

    unit = Column(UNIT, "", required=True, example="寻甸县局")
    plot = Column(
        gettext_noop("责任田"), "plot", PlotOf(), label=pgettext_lazy("one", "责任田"), required=True, example="先锋村"
    )
    member = Column(
        gettext_noop("工号"),
        "member",
        Named(Member.objects.select_related, "employee_number", what=pgettext_lazy("known rows", "人员工号")),
        required=True,
        example="KM00123",
    )
    name = Column(gettext_noop("姓名"), "checked_name", example="单晓梅", note=gettext_lazy("与工号核对"))
    role = Column(
        gettext_noop("分工"), "role", Choice(AssignmentRole), required=True, example=AssignmentRole.LEAD.label
    )
    starts = Column(gettext_noop("开始日期"), "starts", Day(), required=True, example="2026-03-01")
    ends = Column(gettext_noop("结束日期"), "ends", Day(), note=gettext_lazy("留空为长期"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = defaultdict(list)
        for row in self.existing.values():
            self.held[row.plot_id, row.member_id, row.role].append(row)

    def rows(self):
        """All holdings of our own people."""
        return Assignment.objects.exclude(member=None)

    def key_of(self, instance):
        """Plot, person, part and first day."""
        return (instance.plot_id, instance.member_id, instance.role, instance.starts)

    def check(self, instance):
        """The name fits the number, the plot is open, and nobody holds it twice in the same part."""
        if (name := getattr(instance, "checked_name", None)) and name != instance.member.name:
            raise ValidationError({"checked_name": _("与工号对应的姓名不一致，请核对工号。")})
        if instance.stood is not None:
            if instance.stood != self.snapshot(instance):
                raise ValidationError({"ends": _("该分工已登记，请在责任田页面办理变更。")})
            return
        if instance.plot.closed_on and instance.plot.closed_on <= instance.starts:
            raise ValidationError({"plot": _("该责任田已撤销，不能再分派。")})
        if not instance.member.serves(instance.starts):
            raise ValidationError({"member": _("该人员在开始日期已离职。")})
        held = self.held[instance.plot_id, instance.member_id, instance.role]
        for row in held:
            begins_before_the_other_ends = row.ends is None or instance.starts <= row.ends
            if begins_before_the_other_ends and (instance.ends is None or row.starts <= instance.ends):
                raise ValidationError({"starts": _("该人员在这段时间已承担同一分工。")})
        held.append(instance)

    def write(self, *, new, changed, by):
        """Store the holdings, and tell their holders."""
        super().write(new=new, changed=changed, by=by)
        holders = User.objects.filter(member__in={row.member_id for row in new}, is_active=True)
        notify(
            users=holders.exclude(pk=by.pk) if by else holders,
            kind=NotificationKind.PLOT,
            text=gettext_lazy("您有新分派的责任田，请查看。"),
            address="/plots/",
        )
