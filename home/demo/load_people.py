"""Units, party organisations, people and posts of the demo bureau, and its accounts."""

from datetime import date, timedelta
from itertools import islice

from django.conf import settings
from django.contrib.auth.hashers import make_password

from home.demo import people, places
from staff import pinyin
from staff.choices import OrganisationKind, PartyStatus, PostKind, Role, UnitKind
from staff.models import Grant, Member, PartyOrganisation, Post, Preference, Unit, User

FULL_COMMITTEE = (PostKind.SECRETARY, PostKind.ORGANISATION, PostKind.PUBLICITY, PostKind.DISCIPLINE, PostKind.DEPUTY)
# A branch whose election is overdue, by so many days.
LATE = {"安全保卫科党支部": -25}
STATUSES_OUTSIDE = (PartyStatus.MASSES,) * 16 + (PartyStatus.APPLICANT, PartyStatus.ACTIVIST, PartyStatus.CANDIDATE)


class Tree:
    """Nodes of a tree gathered to be stored in one go, parents before children."""

    def __init__(self, model):
        self.model = model
        self.nodes = []
        self.next_root = 1 + max((model._str2int(one.path[:4]) for one in model.get_root_nodes()), default=0)

    def add(self, parent=None, **fields):
        """A node below `parent`, after its siblings."""
        if parent is None:
            path, depth = self.model._get_path("", 1, self.next_root), 1
            self.next_root += 1
        else:
            parent.numchild += 1
            path, depth = self.model._get_path(parent.path, parent.depth + 1, parent.numchild), parent.depth + 1
        node = self.model(path=path, depth=depth, **fields)
        self.nodes.append(node)
        return node

    def store(self):
        """Store what was gathered."""
        self.model.objects.bulk_create(self.nodes, batch_size=500)


def load_organisations(world):
    """Units and party organisations, the partners' among them."""
    units = Tree(Unit)
    label = world.label
    city = units.add(
        name=label(places.CITY_BUREAU), short_name="市局", kind=UnitKind.CITY, division_id=places.CITY_CODE
    )
    world.units["city"] = city
    for unit in places.CITY_DEPARTMENTS:
        made = units.add(city, name=label(unit.name), short_name=unit.name, kind=unit.kind)
        world.units[unit.name] = made
    for county in places.COUNTIES:
        bureau = units.add(
            city,
            name=label(county.bureau),
            short_name=f"{county.short}局",
            kind=UnitKind.COUNTY,
            division_id=county.code,
        )
        world.units[county.code] = bureau
        for unit in county.units:
            station = unit.kind == UnitKind.STATION
            world.units[county.code, unit.name] = units.add(
                bureau,
                name=label(f"{county.short}{'' if station else '局'}{unit.name}"),
                short_name=unit.name if station else f"{county.short}{unit.name}",
                kind=unit.kind,
                division_id=unit.township or county.code,
            )
    outside = units.add(name=label("共建单位"), short_name="共建单位", kind=UnitKind.EXTERNAL)
    for code, partner in _partners():
        world.units[partner.name] = units.add(
            outside, name=label(partner.name), short_name=partner.name[:30], kind=UnitKind.EXTERNAL, division_id=code
        )
    units.store()
    _organisations(world)


def _partners():
    yield from ((places.CITY_CODE, partner) for partner in places.CITY_PARTNERS)
    for county in places.COUNTIES:
        yield from ((county.code, partner) for partner in county.partners)


def _organisations(world):
    tree = Tree(PartyOrganisation)
    rng = world.rng("organisations")
    label = world.label

    def add(parent, key, name, short, kind, unit, **fields):
        # Some terms end within half a year: the portal warns of an election due.
        days = rng.choice((80, 150, 400, 500, 620, 700, 820, 900))
        ends = world.today + timedelta(days=LATE.get(key, days))
        term = {} if kind == OrganisationKind.GROUP else {"term_starts": _years_before(ends, 3), "term_ends": ends}
        made = tree.add(parent, name=label(name), short_name=short[:30], kind=kind, unit=unit, **term, **fields)
        world.organisations[key] = made
        return made

    def branch(parent, key, spec, name, unit):
        made = add(parent, key, name, name, OrganisationKind.BRANCH, unit, theme_day=rng.randrange(5, 27))
        for group in spec.groups:
            add(made, (key, group), f"{name}{group}", group, OrganisationKind.GROUP, unit)

    city = world.units["city"]
    top = add(None, "committee", places.CITY_COMMITTEE, "市局党委", OrganisationKind.COMMITTEE, city)
    offices = add(
        top, "offices", places.CITY_OFFICES_COMMITTEE, places.CITY_OFFICES_COMMITTEE, OrganisationKind.COMMITTEE, city
    )
    for spec in places.CITY_BRANCHES:
        branch(offices, spec.name, spec, spec.name, world.units[spec.units[0]])
    for county in places.COUNTIES:
        bureau = world.units[county.code]
        parent = top
        if county.general_branch:
            short = county.bureau.replace("烟草专卖局", "局党总支")
            parent = add(top, county.code, county.general_branch, short, OrganisationKind.GENERAL, bureau)
        for spec in county.branches:
            name = spec.name if spec.name.startswith(county.short) else f"{county.short}{spec.name}"
            unit = world.units[county.code, spec.units[0]] if "烟站" in spec.name else bureau
            branch(parent, (county.code, spec.name), spec, name, unit)
    outside = add(None, "partners", "共建单位党组织", "共建单位党组织", OrganisationKind.COMMITTEE,
                  world.units[places.CITY_PARTNERS[0].name], external=True)  # fmt: skip
    for code, partner in _partners():
        made = add(outside, partner.party, partner.party, partner.party, OrganisationKind.BRANCH,
                   world.units[partner.name], external=True)  # fmt: skip
        world.partners[code].append((partner, made))
    tree.store()


def _years_before(day, years):
    return date(day.year - years, day.month, min(day.day, 28))


def load_members(world):
    """The people, in the units and branches of `places`, and who holds which post."""
    rng = world.rng("people")
    names = iter(people.names(rng, places.staff_count() + 40))
    phones = iter(people.phones(rng, places.staff_count() + 40))
    serials = {}

    def person(code, unit, role, rank):
        serials[code] = serials.get(code, 0) + 1
        number = people.employee_number(code, serials[code])
        member = Member(
            employee_number=number if world.copy == 0 else f"{number}-{world.copy + 1}",
            name=next(names),
            unit=unit,
            phone=next(phones),
            position=people.position(rng, role, rank),
            party_status=rng.choice(STATUSES_OUTSIDE),
        )
        pinyin.fill(member)
        world.members.append(member)
        world.by_unit[unit.pk].append(member)

    for unit in places.CITY_DEPARTMENTS:
        for rank in range(unit.size):
            person(places.CITY_CODE, world.units[unit.name], unit.role, rank)
    for county in places.COUNTIES:
        for unit in county.units:
            for rank in range(unit.size):
                person(county.code, world.units[county.code, unit.name], unit.role, rank)
    _enrol(world, rng)
    Member.objects.bulk_create(world.members, batch_size=500)
    _posts(world, rng)


def _specs(world):
    for spec in places.CITY_BRANCHES:
        yield spec.name, spec, [world.units[name] for name in spec.units]
    for county in places.COUNTIES:
        for spec in county.branches:
            yield (county.code, spec.name), spec, [world.units[county.code, name] for name in spec.units]


def _enrol(world, rng):
    """Give each branch its party members out of its units, the heads of the units first."""
    for key, spec, units in _specs(world):
        branch = world.organisations[key]
        pool = [member for unit in units for member in world.by_unit[unit.pk] if member.branch_id is None]
        pool.sort(key=lambda member: world.by_unit[member.unit_id].index(member) >= 2)
        chosen = list(islice(pool, spec.members))
        groups = [world.organisations[key, group] for group in spec.groups]
        for place, member in enumerate(chosen):
            member.branch = branch
            member.party_status = PartyStatus.PROBATIONARY if place and rng.random() < 0.03 else PartyStatus.FULL
            years = 1 if member.party_status == PartyStatus.PROBATIONARY else rng.randrange(2, 33)
            member.joined_on = world.ago(365 * years - rng.randrange(20, 300))
            world.by_branch[branch.pk].append(member)
            if groups:
                member.group = groups[place % len(groups)]
                world.by_group[member.group.pk].append(member)


def _posts(world, rng):
    """Committees as the rules size them: three members from seven full members on, five from fifteen on."""
    posts = []

    def seat(organisation, member, kind):
        posts.append(Post(organisation=organisation, member=member, kind=kind, starts=organisation.term_starts))
        if kind != PostKind.GROUP_LEADER:
            world.committee[organisation.pk].append(member)

    for branch in world.branches:
        full = [member for member in world.by_branch[branch.pk] if member.party_status == PartyStatus.FULL]
        kinds = FULL_COMMITTEE if len(full) >= 15 else FULL_COMMITTEE[:3] if len(full) >= 7 else FULL_COMMITTEE[:1]
        for member, kind in zip(full, kinds, strict=False):
            seat(branch, member, kind)
    for group in world.organisations.values():
        if group.kind == OrganisationKind.GROUP and world.by_group[group.pk]:
            leader = world.by_group[group.pk][0]
            posts.append(Post(organisation=group, member=leader, kind=PostKind.GROUP_LEADER, starts=world.ago(400)))
    leaders = world.by_unit[world.units["局领导"].pk]
    seat(world.organisations["committee"], leaders[0], PostKind.SECRETARY)
    seat(world.organisations["committee"], leaders[1], PostKind.DEPUTY)
    seat(world.organisations["offices"], leaders[2], PostKind.SECRETARY)
    for county in places.COUNTIES:
        if county.general_branch:
            head = world.by_unit[world.units[county.code, county.units[0].name].pk][0]
            seat(world.organisations[county.code], head, PostKind.SECRETARY)
    Post.objects.bulk_create(posts, batch_size=500)


def load_accounts(world):
    """An account for everybody; only the demo's own six have a password, and only the first copy has them."""
    station = world.organisations["530129", "七星烟站党支部"]
    party_members = world.by_branch[station.pk]
    leaders = world.by_unit[world.units["局领导"].pk]
    named = {}
    if world.copy == 0:
        named = {
            "secretary": party_members[0],
            "staff": party_members[-1],
            "manager": leaders[3],
            "office": world.by_unit[world.units["党建办"].pk][-1],
            "sysadmin": world.by_unit[world.units["信息中心"].pk][-1],
            "auditor": world.by_unit[world.units["审计科"].pk][-1],
        }
    password = make_password(settings.DEMO_PASSWORD)
    unusable = make_password(None)
    by_member = {id(member): username for username, member in named.items()}
    users = []
    for member in world.members:
        username = by_member.get(id(member))
        users.append(
            User(
                username=username or member.employee_number,
                email=f"{username}@demo.invalid" if username else "",
                password=password if username else unusable,
            )
        )
    User.objects.bulk_create(users, batch_size=500)
    for member, user in zip(world.members, users, strict=True):
        member.user = user
    Member.objects.bulk_update(world.members, ["user"], batch_size=200)
    world.users = {username: member.user for username, member in named.items()}
    grants = [
        ("manager", Role.MANAGEMENT, world.units["city"]),
        ("office", Role.OFFICE, None),
        ("sysadmin", Role.SYSADMIN, None),
        ("auditor", Role.AUDITOR, None),
    ]
    if world.copy == 0:
        Grant.objects.bulk_create(
            Grant(user=world.users[name], role=role, unit=unit, starts=world.ago(300)) for name, role, unit in grants
        )
        Preference.objects.bulk_create(Preference(user=user) for user in world.users.values())
