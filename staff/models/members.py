"""People: members with their party life, their posts, and their moves between branches and units."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff import pinyin
from staff.choices import PARTY_MEMBERS, OrganisationKind, PartyStatus, PostKind, TransferKind
from staff.models.organisation import PartyOrganisation, Unit
from staff.periods import Period
from staff.querysets import ScopedQuerySet


class MemberQuerySet(ScopedQuerySet):
    """Questions about people."""

    def in_service(self, day):
        """Those who have not left the bureau by `day`."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day))

    def in_party(self):
        """Full and probationary members of the party."""
        return self.filter(party_status__in=PARTY_MEMBERS)

    def on_roll(self, organisation, day):
        """Party members who belonged to `organisation` or one below it on `day`, by the dated moves."""
        later = Transfer.objects.filter(member=OuterRef("pk"), day__gt=day, from_branch__isnull=False).order_by("day")
        field = "group" if organisation.kind == OrganisationKind.GROUP else "branch"
        if field == "group":
            return self.in_party().in_service(day).filter(group=organisation)
        return (
            self.in_party()
            .in_service(day)
            .annotate(
                branch_then=Coalesce(
                    Subquery(later.values("from_branch")[:1]), "branch_id", output_field=BigIntegerField()
                )
            )
            .filter(branch_then__in=PartyOrganisation.objects.below(organisation).order_by().values("pk"))
        )

    def matching(self, text):
        """Found by name, full pinyin, initials, or the beginning of the employee number."""
        text = text.strip()
        spelled = text.lower().replace("'", "")
        # What is written without capitals need not be compared without regard to them, which takes far longer.
        case = "" if text.upper() == text.lower() else "i"
        match = Q(**{f"name__{case}contains": text}) | Q(**{f"employee_number__{case}startswith": text})
        if spelled.isascii() and spelled:
            match |= Q(initials__startswith=spelled) | Q(spelling__startswith=spelled.replace(" ", ""))
        return self.filter(match)


class Member(models.Model):
    """Somebody who works in the bureau, in the party or not, with an account or not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="member",
        verbose_name=_("账号"),
    )
    employee_number = models.CharField(
        _("工号"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$", _("工号只能由字母、数字和短横线组成。"))],
    )
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(
        _("拼音"), max_length=120, blank=True, help_text=_("音节之间空一格；留空时自动注音，多音字请核对。")
    )
    spelling = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    initials = models.CharField(max_length=20, blank=True, editable=False, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members", verbose_name=_("单位"))
    branch = models.ForeignKey(
        PartyOrganisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("所在支部"),
    )
    group = models.ForeignKey(
        PartyOrganisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="group_members",
        verbose_name=_("党小组"),
    )
    party_status = models.CharField(
        _("政治面貌"), max_length=12, choices=PartyStatus, default=PartyStatus.MASSES, db_index=True
    )
    joined_on = models.DateField(_("入党日期"), null=True, blank=True)
    phone = models.CharField(
        _("手机"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9-]{5,20}$", _("手机号只能由数字和短横线组成。"))],
    )
    position = models.CharField(_("职务岗位"), max_length=60, blank=True)
    left_on = models.DateField(_("离职日期"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["spelling", "pk"]
        indexes = [models.Index(fields=["unit", "spelling"]), models.Index(fields=["branch", "spelling"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(party_status__in=PARTY_MEMBERS) | Q(branch__isnull=False),
                name="member_of_the_party_has_a_branch",
                violation_error_message=_("党员须有所在支部。"),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Fill in the pinyin, and hold branch and group to what they must be."""
        super().clean()
        pinyin.fill(self)
        if self.party_status in PARTY_MEMBERS and not self.branch_id:
            raise ValidationError({"branch": _("党员须有所在支部。")})
        if self.branch_id and self.branch.kind != OrganisationKind.BRANCH:
            raise ValidationError({"branch": _("请选择一个党支部。")})
        if self.group_id and (
            self.group.kind != OrganisationKind.GROUP
            or not self.branch_id
            or not self.group.path.startswith(self.branch.path)
        ):
            raise ValidationError({"group": _("党小组须属于所在支部。")})

    def get_absolute_url(self):
        """The member's page."""
        return reverse("staff:member", args=[self.pk])

    def serves(self, day):
        """Whether in the bureau on `day` (as `in_service` asks of rows)."""
        return self.left_on is None or self.left_on > day

    @property
    def in_party(self):
        """Whether a full or probationary member."""
        return self.party_status in PARTY_MEMBERS

    @property
    def masked_phone(self):
        """The phone for those whose work does not need it: first three and last two digits."""
        return f"{self.phone[:3]}******{self.phone[-2:]}" if len(self.phone) >= 7 else "*" * len(self.phone)


class Post(Period):
    """A member's party post in an organisation; the secretary's role over it comes from here."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="posts", verbose_name=_("人员"))
    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.CASCADE, related_name="posts", verbose_name=_("党组织")
    )
    kind = models.CharField(_("党内职务"), max_length=15, choices=PostKind)

    class Meta(Period.Meta):
        verbose_name = _("党内任职")
        verbose_name_plural = _("党内任职")
        ordering = ["organisation", "pk"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                fields=["member", "organisation", "kind", "starts"],
                name="post_once",
                violation_error_message=_("该任职已登记。"),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(kind=PostKind.SECRETARY, ends__isnull=True),
                name="organisation_has_one_secretary",
                violation_error_message=_("该组织已有在任书记，请先填写其任期结束日期。"),
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.organisation} · {self.get_kind_display()}"


class Transfer(models.Model):
    """A member's move between branches or units on a day; the rolls of earlier days are read from it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="transfers", verbose_name=_("人员"))
    kind = models.CharField(_("类别"), max_length=10, choices=TransferKind, default=TransferKind.MOVED)
    day = models.DateField(_("日期"))
    from_branch = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("原支部")
    )
    to_branch = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("新支部")
    )
    from_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("原单位")
    )
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("新单位")
    )
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("调动")
        verbose_name_plural = _("调动")
        ordering = ["-day", "-pk"]

    def __str__(self):
        return f"{self.member} · {self.day}"
