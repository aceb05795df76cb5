"""What every register of the admin stands on: lists, forms and pages limited to what the user's roles reach.

Wagtail's index views list all rows and its other views ask for one by its number, whoever asks: these start from
`permitted(user, "change")`, so another branch's row is not there at all.
"""

from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.forms import ModelChoiceField
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.coreutils import multigetattr
from wagtail.permissions import policy_registry

from staff import seeded, workbooks
from staff.access import roles
from staff.scopes import choices_for


def permitted(queryset, user, action):
    """The rows of `queryset` on which `user` may do `action`."""
    return policy_registry.get_by_type(queryset.model).limit(queryset, user, action)


class OutOfScope(ValidationError):
    """The row, as it was filled in, would lie outside what the user may keep."""


class ScopedForm(WagtailAdminModelForm):
    """A form whose choices are the rows that its user's roles reach; what is chosen already stays a choice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, ModelChoiceField):
                field.queryset = choices_for(
                    field.queryset, self.for_user, now=getattr(self.instance, f"{name}_id", None)
                )


def in_words(row, name):
    """What an export says of `row` under `name`: choices by their words, moments as the clock shows them here."""
    *way, last = name.split(".")
    try:
        owner = multigetattr(row, ".".join(way)) if way else row
        shown = getattr(owner, f"get_{last}_display", None)
        value = shown() if shown else multigetattr(owner, last)
    except (ObjectDoesNotExist, AttributeError):
        return None
    if isinstance(value, str):
        return seeded.shown(value)
    return value if value is None or isinstance(value, bool | int | float | date) else str(value)


def exported_as(column):
    """The name under which a column of a list is exported."""
    return column.accessor if isinstance(column.accessor, str) else column.name


class KeptBy:
    """A view for the roles that keep the register; none named are all who may change a row of it."""

    kept_by = ()

    def dispatch(self, request, *args, **kwargs):
        """Others find nothing: what they may change of their own they change in the portal."""
        if self.kept_by and not roles(request.user).holds(*self.kept_by):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ScopedObject(KeptBy):
    """A view of one row: whoever may not keep it finds nothing."""

    scoped_action = "change"

    def dispatch(self, request, *args, **kwargs):
        """Ask for the row among those permitted."""
        rows = permitted(self.model._default_manager.all(), request.user, self.scoped_action)
        if not rows.filter(pk=kwargs["pk"]).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class KeepsScope:
    """Saving leaves the row within the user's reach, and a rule that speaks at saving speaks at the form."""

    def save_instance(self):
        """Save, then look whether the row may still be kept by who saved it."""
        instance = super().save_instance()
        policy = policy_registry.get_by_type(self.model)
        if not policy.user_has_permission_for_instance(self.request.user, "change", instance):
            raise OutOfScope(_("不在您的权限范围内。"))
        self.after_save(instance)
        return instance

    def after_save(self, instance):
        """What follows from the change, in the same transaction."""
        for follow in self.followers:
            follow(instance, by=self.request.user)

    followers = ()

    def form_valid(self, form):
        """Show the refusal at the form, with what was typed."""
        created = form.instance.pk is None
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except ValidationError as error:
            if created:
                form.instance.pk = None
            form.add_error(None, error if not hasattr(error, "error_dict") else ValidationError(error.messages))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class ScopedIndexView(KeptBy, generic.IndexView):
    """The rows that the user keeps, with exports whose cells are no formulas."""

    any_permission_required = ["change"]
    custom_value_preprocess = {
        **generic.IndexView.custom_value_preprocess,
        str: {"csv": workbooks.safe, "xlsx": workbooks.safe},
        datetime: {"csv": workbooks.safe, "xlsx": workbooks.safe},
    }

    def get_base_queryset(self):
        """Only what the user may change."""
        return permitted(super().get_base_queryset(), self.request.user, "change").select_related(*self.select_related)

    select_related = ()

    def to_row_dict(self, item):
        """The row of an export, as the list shows it."""
        return {name: in_words(item, name) for name in self.list_export}


class ScopedCreateView(KeptBy, KeepsScope, generic.CreateView):
    """Adding a row within the user's reach."""

    def get_success_buttons(self):
        """The way to change it, where that is done here."""
        return super().get_success_buttons() if self.edit_url_name else []


class ScopedEditView(ScopedObject, KeepsScope, generic.EditView):
    """Changing a row within the user's reach."""


class ScopedDeleteView(ScopedObject, generic.DeleteView):
    """Deleting a row; one that others hang on is said to be in use."""

    scoped_action = "delete"


class ScopedInspectView(ScopedObject, generic.InspectView):
    """Looking at a row, with the way to its page in the portal, where it is changed."""

    any_permission_required = ["change"]
    portal_page = None

    @cached_property
    def header_buttons(self):
        """The row's page in the portal, for those who may open it."""
        url = self.portal_page(self.object) if self.portal_page else None
        return [HeaderButton(_("在门户中打开"), url=url, icon_name="link-external")] if url else []

    def get_phone_display_value(self):
        """Phones are masked: the member's own page opens them, and records it."""
        return self.object.masked_phone


class ScopedHistoryView(ScopedObject, history.HistoryView):
    """What became of a row."""

    any_permission_required = ["change"]


class ReadIndexView(ScopedIndexView):
    """The rows that the user may see."""

    any_permission_required = ["view"]

    def get_base_queryset(self):
        """Only what the user may see."""
        rows = generic.IndexView.get_base_queryset(self)
        return permitted(rows, self.request.user, "view").select_related(*self.select_related)


class ReadInspectView(ScopedInspectView):
    """Looking at a row that one may see."""

    any_permission_required = ["view"]
    scoped_action = "view"


class ReadHistoryView(ScopedHistoryView):
    """What became of a row that one may see."""

    any_permission_required = ["view"]
    scoped_action = "view"


def page_of(row):
    """The row's page in the portal."""
    return row.get_absolute_url()


class ScopedViewSet(ModelViewSet):
    """A register of the admin. `add_enabled`, `edit_enabled` and `delete_enabled` close what is done in the portal.

    `portal_page` answers the address of a row's page there.
    """

    icon = "list-ul"
    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_reference_index = False
    search_backend_name = None
    list_per_page = 20
    add_enabled = edit_enabled = delete_enabled = True
    portal_page = None
    followers = ()
    base_form_class = ScopedForm
    index_view_class = ScopedIndexView
    add_view_class = ScopedCreateView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    inspect_view_class = ScopedInspectView
    history_view_class = ScopedHistoryView
    select_related = ()
    kept_by = ()

    @cached_property
    def menu_item_class(self):
        """The menu item is there for whom the list is."""
        base, kept_by = super().menu_item_class, self.kept_by

        class KeptItem(base):
            def is_shown(self, request):
                return super().is_shown(request) and (not kept_by or roles(request.user).holds(*kept_by))

        return KeptItem

    @cached_property
    def name(self):
        """Namespace and address: the model's name under its app's, so that no two collide."""
        return f"{self.app_label}_{self.model_name}"

    @cached_property
    def url_prefix(self):
        """Address below /admin/."""
        return f"{self.app_label}/{self.model_name}"

    def get_edit_handler(self):
        """The panels, over a form of limited choices."""
        return ObjectList(self.panels, base_form_class=self.base_form_class).bind_to_model(self.model)

    def get_common_view_kwargs(self, **kwargs):
        """Without the views that are closed."""
        closed = {"usage_url_name": None, "kept_by": self.kept_by}
        if not self.add_enabled:
            closed["add_url_name"] = None
        if not self.edit_enabled:
            closed["edit_url_name"] = None
        if not self.delete_enabled:
            closed["delete_url_name"] = None
        return super().get_common_view_kwargs(**{**closed, **kwargs})

    def get_index_view_kwargs(self, **kwargs):
        """Exports carry the columns unless they are named."""
        columns = [(name, None) if isinstance(name, str) else (exported_as(name), name) for name in self.list_display]
        headings = {name: column.label for name, column in columns if column is not None}
        if self.export_headings is not self.UNDEFINED:
            headings |= self.export_headings
        exported = self.list_export if self.list_export is not self.UNDEFINED else [name for name, _column in columns]
        more = {"list_export": exported, "export_headings": headings, "select_related": self.select_related}
        return super().get_index_view_kwargs(**{**kwargs, **more})

    def get_add_view_kwargs(self, **kwargs):
        """With what follows from saving."""
        return super().get_add_view_kwargs(**{**kwargs, "followers": self.followers})

    def get_edit_view_kwargs(self, **kwargs):
        """With what follows from saving."""
        return super().get_edit_view_kwargs(**{**kwargs, "followers": self.followers})

    def get_urlpatterns(self):
        """Without the views that are closed."""
        enabled = {"usage": False, "add": self.add_enabled, "edit": self.edit_enabled, "delete": self.delete_enabled}
        closed = {name for name, is_open in enabled.items() if not is_open}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name not in closed]

    def get_inspect_view_kwargs(self, **kwargs):
        """With the way to the portal."""
        return super().get_inspect_view_kwargs(**{**kwargs, "portal_page": self.portal_page})

    @cached_property
    def url_finder_class(self):
        """Where a record is looked for when it is not changed here."""
        name = "edit" if self.edit_enabled else "inspect"
        return type("URLFinder", (ModelAdminURLFinder,), {"edit_url_name": self.get_url_name(name)})

    def register_permissions(self):
        """Rights come from roles; none are given group by group."""

    def get_permissions_to_register(self):
        """None: see `register_permissions`."""
        from django.contrib.auth.models import Permission

        return Permission.objects.none()


class PortalViewSet(ScopedViewSet):
    """A register to look at, to filter and to export; its rows are changed in the portal, by the rules there."""

    add_enabled = edit_enabled = delete_enabled = False
    portal_page = staticmethod(page_of)
    panels = ()


class ReadViewSet(PortalViewSet):
    """The same, of rows that the user may see and need not be able to change."""

    index_view_class = ReadIndexView
    inspect_view_class = ReadInspectView
    history_view_class = ReadHistoryView


class YesNo(Column):
    """A flag in words; Wagtail's own column titles its sign in English."""

    def get_value(self, instance):
        """Yes or no."""
        return _("是") if super().get_value(instance) else _("否")


class RegisterGroup(ViewSetGroup):
    """A group of registers in the menu; it is shown when one of its items is."""

    def __init__(self, label, icon, order, items):
        self.menu_label, self.menu_icon, self.menu_order, self.items = label, icon, order, items
        super().__init__()


class PermittedMenuItem(MenuItem):
    """A menu item for those whom a predicate of roles lets in."""

    def __init__(self, *args, allowed, **kwargs):
        self.allowed = allowed
        super().__init__(*args, **kwargs)

    def is_shown(self, request):
        """Ask the predicate."""
        return self.allowed(roles(request.user))
