"""People, units, party organisations, plots and deployment for tests: `make_member(name="李明")`.

Each function makes a valid object by its defaults and takes any field of its model. Units hang below one city bureau
and organisations below one committee. Users have no password: sign in with `client.force_login(user)`.
"""

from datetime import datetime, time, timedelta
from itertools import count

from django.utils import timezone

from staff import pinyin
from staff.choices import (
    DivisionLevel,
    OrganisationKind,
    PartyStatus,
    PlotKind,
    PostingState,
    PostKind,
    Role,
    RoundState,
    UnitKind,
)
from staff.models import (
    Assignment,
    Division,
    FieldReport,
    Finding,
    Grant,
    Indicator,
    Leave,
    Letter,
    Member,
    Need,
    PartyOrganisation,
    Plot,
    Post,
    Posting,
    Round,
    Shift,
    ShiftDuty,
    SwapRequest,
    Unit,
    User,
    Visit,
)
from staff.posts import sync_groups

_numbers = count(1)


def today(days=0):
    """Today in the portal's time zone, or so many days later."""
    return timezone.localdate() + timedelta(days=days)


# --- where people work ------------------------------------------------------------------------------------------------


def make_division(name="嵩明县", **fields):
    """A county of Kunming, made once a code."""
    fields = {"code": "530127", "level": DivisionLevel.COUNTY, **fields, "name": name}
    return Division.objects.get_or_create(code=fields["code"], defaults=fields)[0]


def make_bureau():
    """The city bureau at the root of the units, made once."""
    return Unit.objects.filter(depth=1, kind=UnitKind.CITY).first() or Unit.add_root(
        name="市局机关", kind=UnitKind.CITY
    )


def make_unit(parent=None, **fields):
    """A county bureau below the city bureau, or a unit of any kind below `parent`."""
    number = next(_numbers)
    fields = {"name": f"第{number}县局", "kind": UnitKind.COUNTY, **fields}
    return _child(parent or make_bureau(), fields)


def make_committee():
    """The bureau's party committee at the root of its organisations, made once."""
    found = PartyOrganisation.objects.filter(depth=1, external=False).first()
    return found or PartyOrganisation.add_root(name="市局党委", kind=OrganisationKind.COMMITTEE, unit=make_bureau())


def make_organisation(parent=None, **fields):
    """A branch below the committee at a unit of its own, or an organisation of any kind below `parent`."""
    number = next(_numbers)
    parent = parent or make_committee()
    fields = {"name": f"第{number}党支部", "kind": OrganisationKind.BRANCH, **fields}
    if "unit" not in fields:
        fields["unit"] = parent.unit if parent.depth > 1 else make_unit()
    return _child(parent, fields)


def make_partner_organisation(**fields):
    """A party branch outside the bureau, at an outside body of its own."""
    number = next(_numbers)
    if "unit" not in fields:
        fields["unit"] = Unit.add_root(name=f"第{number}社区居委会", kind=UnitKind.EXTERNAL)
    fields = {"name": f"第{number}社区党支部", "kind": OrganisationKind.BRANCH, "external": True, **fields}
    return PartyOrganisation.add_root(**fields)


def _child(parent, fields):
    """Add below `parent` as it is in the database now: an object made earlier does not know its later children."""
    return type(parent).objects.get(pk=parent.pk).add_child(**fields)


# --- people and accounts ----------------------------------------------------------------------------------------------


def make_member(**fields):
    """A party member of a branch, in service and without an account; `party_status="masses"` is outside the party."""
    number = next(_numbers)
    fields = {"name": "李晓明", "employee_number": f"T{number:05}", "party_status": PartyStatus.FULL, **fields}
    if "branch" not in fields and fields["party_status"] in {PartyStatus.FULL, PartyStatus.PROBATIONARY}:
        fields["branch"] = make_organisation(**({"unit": fields["unit"]} if "unit" in fields else {}))
    if "unit" not in fields:
        fields["unit"] = fields["branch"].unit if fields.get("branch") else make_unit()
    member = Member(**fields)
    pinyin.fill(member)
    member.save()
    return member


def make_user(member=None, **fields):
    """An account, of `member` when given; without one it is a stranger to the bureau."""
    number = next(_numbers)
    fields = {"username": f"user{number}", **fields}
    password = fields.pop("password", None)
    user = User(**fields)
    user.set_password(password)
    user.save()
    if member is not None:
        member.user = user
        member.save(update_fields=["user"])
    return user


def make_staff(**fields):
    """The account of a member who holds no role; `fields` are the member's."""
    return make_user(member=make_member(**fields))


def make_post(**fields):
    """A party post since a year ago: the secretary's, if no kind is given."""
    fields = {"kind": PostKind.SECRETARY, "starts": today(-365), **fields}
    if "organisation" not in fields:
        fields["organisation"] = fields["member"].branch if "member" in fields else make_organisation()
    if "member" not in fields:
        fields["member"] = make_member(**_seat(fields["organisation"]))
    return Post.objects.create(**fields)


def make_secretary(organisation=None, **fields):
    """The account of the secretary of `organisation`; `fields` are the member's."""
    organisation = organisation or make_organisation()
    member = make_member(**{**_seat(organisation), **fields})
    user = make_user(member=member)
    make_post(member=member, organisation=organisation)
    sync_groups(users=[user])
    return user


def _seat(organisation):
    """The branch and unit of somebody with a post in `organisation`."""
    if organisation.kind == OrganisationKind.BRANCH:
        return {"branch": organisation, "unit": organisation.unit}
    if organisation.kind == OrganisationKind.GROUP:
        return {"branch": organisation.get_parent(), "group": organisation, "unit": organisation.unit}
    return {"branch": make_organisation(parent=organisation, unit=organisation.unit), "unit": organisation.unit}


def make_grant(user, role, **fields):
    """A role given to `user` since a year ago."""
    grant = Grant.objects.create(**{"user": user, "role": role, "starts": today(-365), **fields})
    sync_groups(users=[user])
    return grant


def make_manager(unit=None, **fields):
    """The account of a manager over `unit`; `fields` are the member's."""
    unit = unit or make_unit()
    user = make_staff(**{"unit": unit, **fields})
    make_grant(user, Role.MANAGEMENT, unit=unit)
    return user


def make_office(**fields):
    """The account of somebody of the party office, over the whole bureau."""
    user = make_staff(**{"unit": make_bureau(), **fields})
    make_grant(user, Role.OFFICE)
    return user


def make_sysadmin(**fields):
    """The account of a system administrator."""
    user = make_staff(**{"unit": make_bureau(), **fields})
    make_grant(user, Role.SYSADMIN)
    return user


def make_auditor(**fields):
    """The account of an auditor, who need not be a member."""
    user = make_user(**fields)
    make_grant(user, Role.AUDITOR)
    return user


def make_partner(organisation=None, **fields):
    """The account of a partner's person, for the partner's `organisation`."""
    user = make_user(**fields)
    make_grant(user, Role.PARTNER, organisation=organisation or make_partner_organisation())
    return user


# --- plots ------------------------------------------------------------------------------------------------------------


def make_plot(**fields):
    """A village held as a plot, visited every seven days all year."""
    number = next(_numbers)
    divisions = fields.pop("divisions", ())
    fields = {"name": f"第{number}村", "kind": PlotKind.VILLAGE, "households": 40, **fields}
    if "unit" not in fields:
        fields["unit"] = make_unit()
    plot = Plot.objects.create(**fields)
    plot.divisions.set(divisions)
    return plot


def make_assignment(**fields):
    """A member who has held a plot of their unit for ninety days."""
    if "plot" not in fields:
        fields["plot"] = make_plot(**({"unit": fields["member"].unit} if fields.get("member") else {}))
    if "member" not in fields and not fields.get("officer_name"):
        fields["member"] = make_member(unit=fields["plot"].unit)
    return Assignment.objects.create(**{"starts": today(-90), **fields})


def make_letter(**fields):
    """The responsibility letter of this year of a holding, with one indicator, not signed yet."""
    if "assignment" not in fields:
        fields["assignment"] = make_assignment()
    letter = Letter.objects.create(**{"year": today().year, "goals": "走访到户，问题不过夜。", **fields})
    Indicator.objects.create(letter=letter, name="走访覆盖率", target="100%")
    return letter


def make_visit(**fields):
    """A visit of yesterday to five households."""
    fields = {"day": today(-1), "households": 5, "summary": "查看烤房用火安全，提醒家中老人按时体检。", **fields}
    if "assignment" not in fields:
        fields["assignment"] = make_assignment()
    return Visit.objects.create(**fields)


def make_finding(**fields):
    """An open finding of a visit, due in a week."""
    fields = {"text": "村口路灯损坏", "due": today(7), **fields}
    if "visit" not in fields:
        fields["visit"] = make_visit()
    return Finding.objects.create(**fields)


# --- deployment -------------------------------------------------------------------------------------------------------


def make_round(**fields):
    """An approved round, from thirty days ago to five months ahead."""
    number = next(_numbers)
    return Round.objects.create(
        **{
            "name": f"第{number}轮下沉",
            "state": RoundState.APPROVED,
            "starts": today(-30),
            "ends": today(150),
            **fields,
        }
    )


def make_need(**fields):
    """What a host unit asked for: two people on night markets."""
    fields = {"duty": "夜市专卖巡查", "place": "老街夜市", "headcount": 2, **fields}
    if "round" not in fields:
        fields["round"] = make_round()
    if "host_unit" not in fields:
        fields["host_unit"] = make_unit()
    return Need.objects.create(**fields)


def make_posting(**fields):
    """A member in post at another unit for the whole of a round."""
    need = fields.get("need")
    if "round" not in fields:
        fields["round"] = need.round if need else make_round()
    if "host_unit" not in fields:
        fields["host_unit"] = need.host_unit if need else make_unit()
    if "member" not in fields:
        fields["member"] = make_member(**({"unit": fields["home_unit"]} if "home_unit" in fields else {}))
    defaults = {
        "home_unit": fields["member"].unit,
        "starts": fields["round"].starts,
        "ends": fields["round"].ends,
        "duty": "夜市专卖巡查",
        "state": PostingState.IN_POST,
    }
    return Posting.objects.create(**{**defaults, **fields})


def make_leave(**fields):
    """Leave asked for, of three days from tomorrow."""
    if "posting" not in fields:
        fields["posting"] = make_posting()
    return Leave.objects.create(**{"starts": today(1), "ends": today(3), "reason": "家中有事", **fields})


def make_shift(day=1, hours=(9, 17), **fields):
    """A duty at a host unit, `day` days from today from an hour to an hour; past 24 the end is on the day after."""
    midnight = timezone.make_aware(datetime.combine(today(day), time.min))
    fields = {"title": "收购线值守", "place": "值班室", **fields}
    if "host_unit" not in fields:
        fields["host_unit"] = make_unit()
    moments = {"starts": midnight + timedelta(hours=hours[0]), "ends": midnight + timedelta(hours=hours[1])}
    return Shift.objects.create(**{**moments, **fields})


def make_duty(**fields):
    """Somebody in post on a shift of their host unit."""
    if "shift" not in fields:
        fields["shift"] = make_shift(**({"host_unit": fields["posting"].host_unit} if "posting" in fields else {}))
    if "posting" not in fields:
        fields["posting"] = make_posting(host_unit=fields["shift"].host_unit)
    return ShiftDuty.objects.create(**fields)


def make_swap(duty, to_posting, **fields):
    """Whoever is on `duty` asks `to_posting` to take the shift."""
    people = {"shift": duty.shift, "from_posting": duty.posting, "to_posting": to_posting}
    return SwapRequest.objects.create(**people, **fields)


def make_report(**fields):
    """A field report of yesterday."""
    if "posting" not in fields:
        fields["posting"] = make_posting()
    return FieldReport.objects.create(**{"span": "day", "day": today(-1), "text": "夜查三个路段，无异常。", **fields})
