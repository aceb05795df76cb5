"""Loads the demo bureau: the same for a day, a scale and a seed; rows come in bulk, the search index in one pass."""

from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext as _
from wagtail.signal_handlers import disable_reference_index_auto_update

from activities import compliance
from home import site
from home.demo import (
    load_activities,
    load_agreements,
    load_calls,
    load_deployment,
    load_pages,
    load_people,
    load_plots,
    load_study,
    load_suggestions,
    places,
)
from home.demo.world import World
from home.models import BureauSettings
from staff import divisions, posts, workdays
from staff.models import Holiday, Member, User


class RealBureau(Exception):
    """The database holds members that the demo did not bring."""


def is_loaded():
    """Whether the demo stands in this database."""
    return BureauSettings.objects.filter(is_demo=True).exists()


def load(*, today, scale=1, seed=2022, say=lambda text: None):
    """Load the demo bureau `scale` times over. Raises `RealBureau` when the database is somebody's.

    Answers whether anything was loaded: a demo that stands already is left as it is.
    """
    if is_loaded():
        return False
    if Member.objects.exists() or User.objects.exists():
        raise RealBureau(_("数据库中已有人员或账号，演示数据只能载入空库。"))
    with transaction.atomic(), disable_reference_index_auto_update():
        site.establish()
        BureauSettings.objects.update(name=places.CITY_BUREAU, is_demo=True)
        divisions.load()
        workdays.seed(years=range(today.year - 1, today.year + 2))
        compliance.seed_rules()
        holidays = dict(Holiday.objects.values_list("day", "works"))
        worlds = [World(today=today, seed=seed, copy=copy, holidays=holidays) for copy in range(scale)]
        sessions = [_load_copy(world, say) for world in worlds]
        # From here on the accounts have the rights of their roles.
        posts.sync_groups(on=today)
        load_pages.load_adopted(worlds[0], sessions[0])
    say(_("建立搜索索引"))
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
    _take_stock()
    return True


def _take_stock():
    """Let the database's planner know what came in: without figures SQLite searches the index row by row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_copy(world, say):
    """One copy of the bureau; answers its session of suggestions."""
    say(_("组织与人员"))
    load_people.load_organisations(world)
    load_people.load_members(world)
    load_people.load_accounts(world)
    say(_("责任田与走访"))
    load_plots.load_plots(world)
    say(_("下沉一线"))
    load_deployment.load_rounds(world)
    say(_("组织生活与共建协议"))
    session = load_activities.load_activities(world)
    load_agreements.load_agreements(world)
    load_calls.load_calls(world)
    say(_("献计献策"))
    load_suggestions.load_suggestions(world, session)
    say(_("页面与动态"))
    load_pages.load_branch_pages(world)
    if world.copy == 0:
        load_pages.load_pictures(world)
        load_pages.load_front(world)
        load_study.load_study(world)
        load_pages.load_published(world)
        load_pages.load_updates(world)
    return session
