"""Choosers of the admin: one person among thousands is found by name, pinyin or number, and only within one's reach."""

from functools import lru_cache

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.forms import CharField, Media, SelectMultiple, TextInput
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from staff import pinyin
from staff.admin_base import KeptBy
from staff.models import Division, Member, PartyOrganisation, Plot, Unit, User
from staff.scopes import KEEPERS, choices_for


class SearchForm(BaseFilterForm):
    """One box over the list."""

    q = CharField(label=_("搜索"), required=False, max_length=60, widget=TextInput)


class WithinReach(KeptBy):
    """A view of a chooser: it offers and answers only what the user's roles let them choose."""

    chooser = None
    kept_by = KEEPERS

    def rows(self):
        """What the user may choose."""
        return choices_for(self.chooser.rows(), self.request.user).select_related(*self.chooser.select_related)


class Offering(WithinReach):
    """The list of a chooser, with its columns and its search."""

    filter_form_class = SearchForm

    def get_object_list(self):
        """What the user may choose."""
        return self.rows()

    def can_create(self):
        """Records are made in their registers."""
        return False

    def filter_object_list(self, objects):
        """By the kind that the field asks for, and by what was typed."""
        form, objects = self.filter_form, super().filter_object_list(objects)
        text = form.cleaned_data["q"].strip() if form.is_valid() else ""
        if not text:
            return objects
        form.is_searching, form.search_query = True, text
        return self.chooser.found(objects, text)

    @property
    def columns(self):
        """The name, and what tells namesakes apart."""
        title = self.title_column
        title.label = self.chooser.heading
        return [title, *(Column(f"of_{at}", label=label, accessor=at) for at, label in self.chooser.beside.items())]


class Choose(Offering, views.ChooseView):
    """The window of a chooser."""


class ChooseResults(Offering, views.ChooseResultsView):
    """Its list alone, while one searches or turns the page."""


class Chosen(WithinReach, views.ChosenView):
    """The answer of a chooser: the row that was chosen, when it is within reach."""

    def get_object(self, pk):
        """Among what may be chosen."""
        try:
            return self.rows().get(pk=pk)
        except ValueError as error:
            raise ObjectDoesNotExist from error

    def get_display_title(self, item):
        """The words that stand in the form."""
        return self.chooser.words(item)

    def get_edit_item_url(self, item):
        """None: the chosen record may be one that the user does not keep."""


class ChosenMultiple(WithinReach, views.ChosenMultipleView):
    """The answer of a chooser of several."""

    def get_objects(self, pks):
        """Among what may be chosen."""
        try:
            return list(self.rows().filter(pk__in=pks))
        except ValueError:
            return []

    get_display_title = Chosen.get_display_title
    get_edit_item_url = Chosen.get_edit_item_url


class ChooserWidget(BaseChooser):
    """The field of a chooser. `only` narrows what it offers, by the names in the chooser's `url_filter_parameters`."""

    show_edit_link = False
    chooser = None

    def __init__(self, *, only="", **kwargs):
        self.only = only
        super().__init__(**kwargs)

    def get_chooser_modal_url(self):
        """The window's address, narrowed."""
        return super().get_chooser_modal_url() + (f"?{self.only}" if self.only else "")

    def get_instance(self, value):
        """The row chosen, with what its words need; a value that is none of ours is nothing chosen."""
        if value is None or isinstance(value, self.model_class):
            return value
        rows = self.model_class._default_manager.select_related(*self.chooser.select_related)
        try:
            return rows.filter(pk=value).first()
        except (TypeError, ValueError):
            return None

    def get_value_data_from_instance(self, instance):
        """Number and words of the row."""
        return {"id": instance.pk, "edit_url": None, "title": self.chooser.words(instance)}


class SeveralWidget(SelectMultiple):
    """The field of a chooser of several: what is chosen as ticked boxes, and a button that adds to them."""

    def __init__(self, chooser, **kwargs):
        self.chooser = chooser
        super().__init__(**kwargs)

    def render(self, name, value, attrs=None, renderer=None):
        """Those chosen; the others are never listed."""
        rows = self.chooser.model._default_manager.select_related(*self.chooser.select_related)
        pks = [str(pk) for pk in value or [] if str(pk).isalnum()]
        context = {
            "widget": {"name": name, "id": (attrs or {}).get("id", name)},
            "chosen": [(row.pk, self.chooser.words(row)) for row in rows.filter(pk__in=pks)],
            "address": reverse(self.chooser.get_url_name("choose")),
            "words": self.chooser.choose_one_text,
        }
        return render_to_string("staff/admin/several.html", context)

    @property
    def media(self):
        """Wagtail's chooser, and what makes it take several."""
        return Media(js=[versioned_static("wagtailadmin/js/chooser-widget.js"), "staff/admin-several.js"])


class Chooser(ChooserViewSet):
    """A chooser of rows of a model. Subclasses name the model, the heading, and the columns beside the name."""

    choose_view_class = Choose
    choose_results_view_class = ChooseResults
    chosen_view_class = Chosen
    chosen_multiple_view_class = ChosenMultiple
    base_widget_class = ChooserWidget
    per_page = 10
    heading = _("名称")
    beside = {}
    select_related = ()
    search_fields = ("name",)

    def get_common_view_kwargs(self, **kwargs):
        """The views ask the chooser."""
        return super().get_common_view_kwargs(**{"chooser": self, **kwargs})

    @cached_property
    def widget_class(self):
        """The widget, which asks the chooser too."""
        return type("Widget", (super().widget_class,), {"chooser": self})

    def get_urlpatterns(self):
        """Without a form to make a record by the way."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]

    def rows(self):
        """Everything that can be chosen, by whomever."""
        return self.model._default_manager.all()

    def found(self, rows, text):
        """By a part of the name, or by the beginning of its pinyin or initials."""
        match = Q()
        for field in self.search_fields:
            match |= Q(**{f"{field}__icontains": text})
        typed = "".join(text.lower().split())
        if typed.isascii() and typed.isalpha():
            names = rows.order_by().values_list("pk", self.search_fields[0])
            match |= Q(pk__in=[pk for pk, name in names if any(typed in way for way in spelled(name))])
        return rows.filter(match)

    def words(self, row):
        """How a chosen row reads in the form."""
        return str(row)


@lru_cache(maxsize=4096)
def spelled(name):
    """Full pinyin and initials of a name of units, plots and places."""
    syllables = pinyin.spell(name).split()
    return "".join(syllables).lower(), "".join(syllable[0] for syllable in syllables).lower()


class MemberChooser(Chooser):
    """People: by name, pinyin, initials or the beginning of their number."""

    model = Member
    icon = "user"
    choose_one_text = _("选择人员")
    choose_another_text = _("改选人员")
    heading = _("姓名")
    beside = {"employee_number": _("工号"), "unit": _("单位")}
    select_related = ("unit",)

    def found(self, rows, text):
        """As the directory finds them."""
        return rows.matching(text)

    def words(self, row):
        """With the unit and the number: there are namesakes."""
        return f"{row.name} · {row.unit} · {row.employee_number}"


class NewcomerChooser(MemberChooser):
    """People without an account, for the administrator who makes them one."""

    register_widget = False

    def rows(self):
        """Those in service that have none."""
        return super().rows().in_service(timezone.localdate()).filter(user=None)


class UserChooser(Chooser):
    """Accounts, by their name or their holder's."""

    model = User
    icon = "key"
    choose_one_text = _("选择账号")
    choose_another_text = _("改选账号")
    heading = _("账号")
    beside = {"member": _("人员"), "member.unit": _("单位")}
    select_related = ("member__unit",)

    def found(self, rows, text):
        """By the account's name or address, or by its holder."""
        holders = Member.objects.matching(text).order_by().values("pk")
        return rows.filter(Q(username__icontains=text) | Q(member__in=holders))

    def words(self, row):
        """With the holder."""
        holder = getattr(row, "member", None)
        return f"{holder.name} · {holder.unit} · {row.username}" if holder else row.username


class UnitChooser(Chooser):
    """Units, in the order of their tree."""

    model = Unit
    icon = "site"
    choose_one_text = _("选择单位")
    choose_another_text = _("改选单位")
    beside = {"get_kind_display": _("类别")}
    search_fields = ("name", "short_name")
    url_filter_parameters = ["kind"]
    preserve_url_parameters = ["multiple", "kind"]


class OrganisationChooser(Chooser):
    """Party organisations, the bureau's and partners', in the order of their tree."""

    model = PartyOrganisation
    icon = "folder-open-inverse"
    choose_one_text = _("选择党组织")
    choose_another_text = _("改选党组织")
    beside = {"get_kind_display": _("类别"), "unit": _("单位")}
    select_related = ("unit",)
    search_fields = ("name", "short_name")
    url_filter_parameters = ["kind"]
    preserve_url_parameters = ["multiple", "kind"]


class PlotChooser(Chooser):
    """Plots."""

    model = Plot
    icon = "globe"
    choose_one_text = _("选择责任田")
    choose_another_text = _("改选责任田")
    beside = {"unit": _("责任单位")}
    select_related = ("unit",)


class DivisionChooser(Chooser):
    """Administrative divisions from city to village, by name or the beginning of the code."""

    model = Division
    icon = "site"
    choose_one_text = _("选择行政区划")
    choose_another_text = _("改选行政区划")
    beside = {"get_level_display": _("级别"), "parent": _("上级区划")}
    select_related = ("parent",)

    def found(self, rows, text):
        """Also by the code."""
        return super().found(rows, text) | rows.filter(code__startswith=text)

    def words(self, row):
        """With the division above: villages share names."""
        return f"{row.parent} · {row.name}" if row.parent_id else row.name


MEMBERS = MemberChooser("choose_member", url_prefix="choose/member")
NEWCOMERS = NewcomerChooser("choose_newcomer", url_prefix="choose/newcomer")
USERS = UserChooser("choose_user", url_prefix="choose/user")
UNITS = UnitChooser("choose_unit", url_prefix="choose/unit")
ORGANISATIONS = OrganisationChooser("choose_organisation", url_prefix="choose/organisation")
PLOTS = PlotChooser("choose_plot", url_prefix="choose/plot")
DIVISIONS = DivisionChooser("choose_division", url_prefix="choose/division")
CHOOSERS = (MEMBERS, NEWCOMERS, USERS, UNITS, ORGANISATIONS, PLOTS, DIVISIONS)
