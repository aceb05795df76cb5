"""Who may do what: roles over scopes, said once. Each app's own rules are built from what stands here.

A role reaches a subtree of units or of party organisations. A secretary's comes from a `Post` in force today, every
other from a `Grant`. A rule takes somebody's `Roles` and answers with the rows that it opens, as a Q (`Q()` is all,
None is nothing), so that the question "may they do this to that?" and the list of what they may do it to cannot differ.
"""

from dataclasses import dataclass
from datetime import date
from functools import wraps
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.mixins import AccessMixin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, Value
from django.http import Http404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import policy_registry

from staff.choices import COMMITTEE_POSTS, Role
from staff.prepared import Prepared

EVERYTHING = Q()


@dataclass(frozen=True)
class Held:
    """One role with the subtree that it reaches; neither path means the whole bureau.

    Over an organisation, `unit_path` is where the organisation sits: what belongs to units (plots) is reached by it.
    """

    role: str
    unit_path: str = ""
    organisation_path: str = ""

    def organisations(self, field):
        """The rows whose `field` is an organisation that this role reaches."""
        if self.organisation_path:
            return Q(**{f"{field}__path__startswith": self.organisation_path})
        return Q(**{f"{field}__unit__path__startswith": self.unit_path}) if self.unit_path else EVERYTHING


@dataclass(frozen=True)
class Roles:
    """All that a user is to the portal on a day."""

    user: object
    member: object
    held: tuple

    @property
    def inside(self):
        """Whether a person of the bureau: a member in service, or given any role but a partner's."""
        return self.member is not None or any(held.role != Role.PARTNER for held in self.held)

    @property
    def is_partner(self):
        """Whether a partner's account and nothing more."""
        return not self.inside and self.holds(Role.PARTNER)

    def holds(self, *names):
        """Whether any of the roles, whatever its scope."""
        return any(held.role in names for held in self.held) or (Role.STAFF in names and self.member is not None)

    def unit_q(self, field, *names):
        """The rows whose `field` is a unit in the scope of one of the roles; None when there is none."""
        return either(
            *(
                Q(**{f"{field}__path__startswith": held.unit_path}) if held.unit_path else EVERYTHING
                for held in self.held
                if held.role in names
            )
        )

    def organisation_q(self, field, *names):
        """The rows whose `field` is a party organisation in scope; a scope of units reaches those in them."""
        return either(*(held.organisations(field) for held in self.held if held.role in names))

    def over_unit(self, unit, *names):
        """Whether one of the roles reaches `unit`."""
        return any(held.role in names and unit.path.startswith(held.unit_path) for held in self.held)

    def over_organisation(self, organisation, *names):
        """Whether one of the roles reaches `organisation`."""
        return any(
            held.role in names
            and (
                organisation.path.startswith(held.organisation_path)
                if held.organisation_path
                else organisation.unit.path.startswith(held.unit_path)
            )
            for held in self.held
        )


def either(*qs):
    """The rows that one of several rules opens, each a Q or None."""
    found = None
    for q in qs:
        if q is None:
            continue
        if not q:
            return EVERYTHING
        found = q if found is None else found | q
    return found


NOBODY = Roles(user=None, member=None, held=())
SCOPE = ("unit__path", "organisation__path", "organisation__unit__path")


def _granted(user, day):
    """The grants of the account `user` in force on `day`: (role, paths of its scope)."""
    from staff.models import Grant

    return Grant.objects.on(day).filter(user=user).order_by().values_list("role", *SCOPE)


def _granted_or_posted(user, member, day):
    """The grants of the account and the member's posts on a committee, in one query."""
    from staff.models import Post

    posts = Post.objects.on(day).filter(member=member, kind__in=COMMITTEE_POSTS).order_by()
    secretary = {"as_role": Value(Role.SECRETARY), "no_unit": Value("")}
    posts = posts.annotate(**secretary).values_list(*secretary, *SCOPE[1:])
    return _granted(user, day).union(posts, all=True)


MARKS = {"user": 9_000_000_001, "day": date(9999, 1, 2)}
GRANTED = Prepared(_granted, **MARKS)
GRANTED_OR_POSTED = Prepared(_granted_or_posted, member=9_000_000_002, **MARKS)


def roles(user, on=None):
    """What `user` is to the portal on the day `on` (today by default); read once a request."""
    from staff.models import Member

    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    day = on or timezone.localdate()
    known = user.__dict__.setdefault("_roles", {})
    if day in known:
        return known[day]
    # Signing in brings the member with the account (`signin.PortalBackend`), so that a page need not ask for it again.
    member = user._state.fields_cache.get("member", user)
    if member is user:
        member = Member.objects.filter(user=user).select_related("unit", "branch__unit").first()
    if member is not None and not member.serves(day):
        member = None
    if member is None:
        found = GRANTED.tuples(user=user.pk, day=day)
    else:
        found = GRANTED_OR_POSTED.tuples(user=user.pk, member=member.pk, day=day)
    held = [Held(role, own or of_organisation or "", path or "") for role, own, path, of_organisation in found]
    known[day] = Roles(user=user, member=member, held=tuple(held))
    return known[day]


class RolePolicy(BasePermissionPolicy):
    """A permission policy made of rules, one an action; an action without a rule is nobody's."""

    def __init__(self, model, **rules):
        super().__init__(model)
        self.rules = {"choose": rules.get("view"), **rules}

    def q(self, user, action):
        """The rows on which `user` may do `action`, as a Q, or None."""
        rule = self.rules.get(action)
        return rule(roles(user)) if rule else None

    def limit(self, queryset, user, action):
        """`queryset` without the rows on which `user` may not do `action`."""
        q = self.q(user, action)
        return queryset.none() if q is None else queryset.filter(q)

    def user_has_permission(self, user, action):
        """Whether there can be a row on which `user` may do `action`."""
        return self.q(user, action) is not None

    def user_has_permission_for_instance(self, user, action, instance):
        """Whether `instance` is one of the rows on which `user` may do `action`."""
        q = self.q(user, action)
        if q is None:
            return False
        return not q or self.model._base_manager.filter(q, pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user, actions):
        """The rows on which `user` may do one of `actions`."""
        q = either(*(self.q(user, action) for action in actions))
        rows = self.model._default_manager.all()
        return rows.none() if q is None else rows.filter(q)

    def users_with_any_permission(self, actions):
        """Those who may do one of `actions` to some row; roles are few, so each active user who holds one is asked."""
        from staff.models import User

        holders = User.objects.filter(
            Q(grants__isnull=False) | Q(member__posts__isnull=False), is_active=True
        ).distinct()
        found = [user.pk for user in holders if self.user_has_any_permission(user, actions)]
        return User.objects.filter(pk__in=found)

    def users_with_any_permission_for_instance(self, actions, instance):
        """Those who may do one of `actions` to `instance`."""
        from staff.models import User

        found = [
            user.pk
            for user in self.users_with_any_permission(actions)
            if any(self.user_has_permission_for_instance(user, action, instance) for action in actions)
        ]
        return User.objects.filter(pk__in=found)


def allowed(user, action, target):
    """Whether `user` may do `action` to `target`, an object or a model class."""
    if isinstance(target, type):
        return policy_registry.get_by_type(target).user_has_permission(user, action)
    return policy_registry.get_by_type(type(target)).user_has_permission_for_instance(user, action, target)


def to_sign_in(request):
    """Lead a signed-out reader to sign-in and back to where they were.

    What was sent cannot be sent again, so a form leads back to the page that it stands on.
    """
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    came_from = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return redirect_to_login("/")
    page = urlsplit(came_from)
    return redirect_to_login(urlunsplit(("", "", page.path, page.query, "")))


class InsideMixin(AccessMixin):
    """A view for people of the bureau; signed-out readers go to sign-in and come back, others find nothing."""

    def dispatch(self, request, *args, **kwargs):
        """Let people of the bureau in."""
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not self.may_enter(roles(request.user)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def may_enter(self, held):
        """Whether somebody with these roles may open the view at all."""
        return held.inside


def inside(view):
    """A function view for people of the bureau (see `InsideMixin`)."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not roles(request.user).inside:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
