"""What the frame of every page shows: places, search, bell, menu, switches; read only when it is printed."""

from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from staff import seeded
from staff.access import roles
from staff.choices import Role

ADMIN_ROLES = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE, Role.SYSADMIN, Role.AUDITOR)
COCKPIT_ROLES = (Role.MANAGEMENT, Role.OFFICE)
IMPORT_ROLES = (Role.OFFICE, Role.SYSADMIN)
# What belongs to each place, by how addresses begin; the front page is alone at its address.
BELONGS = {
    "/": ("/news/", "/notices/", "/exemplars/", "/study/", "/updates/"),
    "/agreements/": ("/agreements/",),
    "/activities/": ("/activities/", "/branches/", "/agreements/"),
    "/plots/": ("/plots/", "/deployments/"),
    "/suggestions/": ("/suggestions/",),
    "/me/": ("/me/", "/manage/", "/members/"),
}


@dataclass(frozen=True)
class Place:
    """One entry of the frame: where it leads, and whether the reader is there."""

    label: str
    url: str
    icon: str = ""
    current: str = ""


# What is cached below depends on nothing but its arguments: texts, addresses and markup of the code.
def _place(label, name, icon="", current=""):
    return Place(str(label), reverse(name), icon, current)


@lru_cache(maxsize=64)
def _places(language, partner, here, exact):
    home, mine = Place(_("首页"), "/", "home"), _place(_("我的"), "home:me", "person")
    activities = _place(_("活动"), "activities:list", "calendar")
    if partner:
        places = [home, _place(_("共建协议"), "activities:agreements", "handshake"), activities, mine]
    else:
        plots = _place(_("责任田"), "staff:plots", "field")
        places = [home, activities, plots, _place(_("建议"), "activities:suggestions", "suggestion"), mine]
    current = "page" if exact else "true"
    places = [replace(place, current=current) if place.url == here else place for place in places]
    return render_to_string("components/places.html", {"places": places})


@lru_cache(maxsize=64)
def _menu(language, inside, leads, imports, administers):
    own = [
        _place(_("我的一天"), "home:me", "person"),
        _place(_("消息"), "home:notifications", "bell"),
        _place(_("设置"), "home:preferences", "settings"),
        _place(_("账号安全"), "mfa_index", "shield"),
    ]
    within = [
        _place(_("通讯录"), "staff:members", "people"),
        _place(_("下沉一线"), "staff:rounds", "route"),
        _place(_("共建协议"), "activities:agreements", "handshake"),
        _place(_("职工动态"), "home:updates", "chat"),
        Place(_("学习资料"), "/study/", "news"),
    ]
    work = [_place(_("驾驶舱"), "home:manage", "chart")] if leads else []
    work += [_place(_("导入"), "staff:imports", "table")] if imports else []
    work += [_place(_("管理后台"), "wagtailadmin_home", "building")] if administers else []
    groups = [group for group in (own, within if inside else [], work) if group]
    return render_to_string("components/menu.html", {"groups": groups})


@lru_cache(maxsize=64)
def _directory(language, inside):
    entries = [
        _place(_("活动日历"), "activities:calendar"),
        Place(_("支部"), "/branches/"),
        Place(_("工作动态"), "/news/"),
        Place(_("通知"), "/notices/"),
        Place(_("先锋典型"), "/exemplars/"),
        Place(_("学习资料"), "/study/"),
    ]
    if inside:
        entries += [
            _place(_("职工动态"), "home:updates"),
            _place(_("通讯录"), "staff:members"),
            _place(_("下沉一线"), "staff:rounds"),
            _place(_("共建协议"), "activities:agreements"),
            _place(_("组织生活"), "activities:compliance"),
        ]
    return render_to_string("components/directory.html", {"entries": entries})


class Frame:
    """The frame as one viewer sees it on one page."""

    def __init__(self, request):
        self.request = request

    @property
    def name(self):
        """What the portal is called."""
        return settings.SITE_NAME

    @cached_property
    def _bureau(self):
        from home import site

        return site.bureau()

    @property
    def bureau(self):
        """The bureau that runs the portal."""
        return seeded.shown(self._bureau[0])

    @property
    def demo(self):
        """Whether what stands here is the demo bureau."""
        return self._bureau[1]

    @property
    def demo_accounts(self):
        """The accounts of the demo bureau, with what each is for."""
        return [
            {"name": "staff", "label": _("烟技员"), "use": _("责任田、入户走访、派驻、建议")},
            {"name": "secretary", "label": _("支部书记"), "use": _("发布主题党日、考勤、办理建议")},
            {"name": "manager", "label": _("县局负责人"), "use": _("驾驶舱、派驻轮次、报表导出")},
            {"name": "office", "label": _("党建办"), "use": _("共建协议、组织生活、新闻通知")},
            {"name": "sysadmin", "label": _("系统管理员"), "use": _("账号、授权、导入")},
            {"name": "auditor", "label": _("审计员"), "use": _("查阅操作日志")},
            {"name": "partner", "label": _("共建单位"), "use": _("所参与的共建协议及其活动")},
        ]

    @cached_property
    def signed_in(self):
        """Whether somebody is signed in; an error page may have no user."""
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated)

    @cached_property
    def _roles(self):
        return roles(self.request.user)

    @property
    def person(self):
        """Who is signed in: the member's name, or the account's."""
        return self._roles.member.name if self._roles.member else self.request.user.get_username()

    @property
    def large_text(self):
        """Whether the viewer wants the large-text mode."""
        return self.request.COOKIES.get("large_text") == "1"

    @property
    def theme(self):
        """The colour scheme that the viewer chose, or nothing for the device's own."""
        theme = self.request.COOKIES.get("theme", "")
        return theme if theme in ("light", "dark") else ""

    @cached_property
    def unread(self):
        """How many notifications wait for the viewer."""
        return self.request.user.unread if self.signed_in else 0

    @property
    def unread_label(self):
        """The number on the bell, short enough for it."""
        return "99+" if self.unread > 99 else str(self.unread)

    @property
    def places(self):
        """The places of the portal, with the one marked that the reader is in; a partner has those that open to it."""
        path = self.request.path
        partner = self.signed_in and self._roles.is_partner
        known = [place for place in BELONGS if partner or place != "/agreements/"]
        here = "/" if path == "/" else next((place for place in known if path.startswith(BELONGS[place])), None)
        return _places(get_language(), partner, here, path == here)

    @property
    def menu(self):
        """The entries under the viewer's own picture, in groups."""
        held = self._roles
        reach = [held.holds(*named) for named in (COCKPIT_ROLES, IMPORT_ROLES, ADMIN_ROLES)]
        return _menu(get_language(), held.inside, *reach)

    @property
    def directory(self):
        """The sections of the portal, for the foot of the page."""
        return _directory(get_language(), self.signed_in and self._roles.inside)

    @property
    def search_url(self):
        """Where the search box leads."""
        return reverse("home:search")

    @property
    def notifications_url(self):
        """Where the bell leads."""
        return reverse("home:notifications")

    @property
    def look_url(self):
        """Where the switches of size and colour are sent."""
        return reverse("look")

    @property
    def sign_in_url(self):
        """Sign-in, and back to this page."""
        path = self.request.get_full_path()
        url = reverse("account_login")
        return url if self.request.path.startswith("/accounts/") else f"{url}?{urlencode({'next': path})}"


def frame(request):
    """`frame`: what base.html prints round a page."""
    return {"frame": Frame(request)}
