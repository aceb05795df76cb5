"""Who may read a page: everybody, the bureau, or one unit. Wagtail's inherited privacy cannot say this, so pages do."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

from staff.access import roles
from staff.choices import Role


class Audience(models.TextChoices):
    """Whom a page is for."""

    PUBLIC = "public", _("公开")
    BUREAU = "bureau", _("本单位内")
    UNIT = "unit", _("指定单位")


def readable(user):
    """The pages that `user` may read, as a Q over a page type with `AudienceMixin`."""
    held = roles(user)
    q = Q(audience=Audience.PUBLIC)
    if not held.inside:
        return q
    q |= Q(audience=Audience.BUREAU)
    if held.member:
        path = held.member.unit.path
        above = [path[:length] for length in range(4, len(path) + 1, 4)]
        q |= Q(audience=Audience.UNIT, audience_unit__path__in=above)
    return q


class AudienceQuerySet(PageQuerySet):
    """Pages that know their audience."""

    def visible_to(self, user):
        """Published pages that `user` may read; lists, feeds, search and sitemap start here."""
        return self.live().filter(readable(user))


AudienceManager = PageManager.from_queryset(AudienceQuerySet)


class AudienceForm(WagtailAdminPageForm):
    """The page's form in the admin: only the office makes a page public, by its own hand or as the workflow's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("audience")
        if field and self.instance.audience != Audience.PUBLIC and not roles(self.for_user).holds(Role.OFFICE):
            field.choices = [choice for choice in field.choices if choice[0] != Audience.PUBLIC]

    def _post_clean(self):
        """The times stand in a window of their own that is closed: where it is, is said with what is wrong of them."""
        super()._post_clean()
        if self.errors.keys() & {"go_live_at", "expire_at"}:
            self.add_error(None, _("要修改时间，请点右上角带数字的“状态”图标，再点“编辑计划”。"))


class AudienceMixin(models.Model):
    """A page with an audience, enforced wherever it is served; only the office or the workflow makes one public."""

    audience = models.CharField(_("阅读范围"), max_length=10, choices=Audience, default=Audience.BUREAU, db_index=True)
    audience_unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("指定单位")
    )

    # Wagtail's own privacy choices are inherited down the tree and would contradict the audience.
    private_page_options = []
    base_form_class = AudienceForm

    class Meta:
        abstract = True

    def clean(self):
        """A page for one unit says which."""
        super().clean()
        if self.audience == Audience.UNIT and self.audience_unit_id is None:
            raise ValidationError({"audience_unit": _("请选择单位：不选则没有人能看到。")})

    def readable_by(self, user):
        """Whether `user` may read this page; only a page for one unit needs to ask the database."""
        if self.audience == Audience.PUBLIC:
            return True
        if self.audience == Audience.BUREAU:
            return roles(user).inside
        return type(self)._base_manager.filter(readable(user), pk=self.pk).exists()

    def get_view_restrictions(self):
        """None: the audience says who reads, and Wagtail's inherited privacy is not even looked up."""
        return PageViewRestriction.objects.none()

    def serve(self, request, *args, **kwargs):
        """Serve the page to its audience; signed-out readers go to sign-in and come back, others find nothing."""
        if self.audience != Audience.PUBLIC and not self.readable_by(request.user):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise Http404
        return super().serve(request, *args, **kwargs)
