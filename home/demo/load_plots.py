"""Plots of the demo bureau: 167 villages of Xundian, areas elsewhere, their holders, and three months of visits."""

from datetime import timedelta

from home.demo import people, places
from home.demo.texts.visits_field import FIELD
from home.demo.texts.visits_market import MARKET
from staff.choices import AssignmentRole, FindingState, PlotKind
from staff.models import Assignment, Division, Finding, Indicator, Letter, Member, Plot, Visit

XUNDIAN = "530129"
VILLAGES = 167
WEEKS = 13
SUMMARIES = (
    "走访{n}户，核对合同数量，讲清收购政策，户主均在家。",
    "走访{n}户，查看烤房和电线，提醒用火用电安全。",
    "走访{n}户，宣传专卖法规，未发现外来收购车辆。",
    "走访{n}户，两户外出，已电话联系，约定下周补访。",
    "走访{n}户，帮助整理分级样品，记录等级疑问两条。",
    "与网格员同走{n}户，登记过路车辆，交换近期线索。",
)
MARKET_SUMMARIES = (
    "走访{n}户，查看明码标价和证照悬挂，当场纠正一处。",
    "走访{n}户，讲解真假识别要点，发放联系卡。",
    "走访{n}个寄递网点，查看验视登记，补登缺项一处。",
    "走访{n}户，听取送货时间意见，已转物流中心。",
)


def load_plots(world):
    """Plots with their villages, holders and letters."""
    rng = world.rng("plots")
    season = {"season_starts": world.ago(150), "season_ends": world.today + timedelta(days=45)}
    through = []
    holders = []
    plots = []
    officers = dict(world.partners.items())

    def add(unit, name, kind, **fields):
        plot = Plot(unit=unit, name=name, kind=kind, **fields)
        plots.append(plot)
        return plot

    def hold(plot, role, member=None, **fields):
        holders.append(
            Assignment(plot=plot, member=member, role=role, starts=world.ago(rng.randrange(155, 320)), **fields)
        )

    stations = {unit.township: unit for unit in places.county(XUNDIAN).stations}
    villages = [
        village
        for village in Division.objects.filter(code__startswith=XUNDIAN, level="village")
        if village.code[:9] in stations
    ]
    villages.sort(key=lambda village: village.name.endswith(("社区居委会", "居委会", "社区")))
    turn = {}
    for place, village in enumerate(sorted(villages[:VILLAGES], key=lambda village: village.code)):
        unit = world.units[XUNDIAN, stations[village.code[:9]].name]
        plot = add(
            unit,
            _village_name(village.name),
            PlotKind.VILLAGE,
            households=rng.randrange(40, 260),
            technicians_needed=1,
            grid_officers_needed=1,
            visit_interval=7,
            **season,
        )
        through.append((plot, village.code))
        crew = list(world.by_unit[unit.pk])
        if place % 41 == 40:
            continue
        for _seat in range(2 if place % 23 else 1):
            turn[unit.pk] = turn.get(unit.pk, -1) + 1
            hold(plot, AssignmentRole.TECHNICIAN, crew[-1 - turn[unit.pk] % len(crew)])
        if place % 19:
            partner, organisation = officers[XUNDIAN][-3 if unit.short_name == "七星烟站" else 4]
            hold(
                plot,
                AssignmentRole.GRID_OFFICER,
                officer_name=people.name(rng),
                officer_phone=people.phone(rng),
                officer_organisation=organisation,
            )
    for county in places.COUNTIES:
        _county_plots(world, rng, county, add, hold, through)
    Plot.objects.bulk_create(plots, batch_size=500)
    link = Plot.divisions.through
    link.objects.bulk_create([link(plot_id=plot.pk, division_id=code) for plot, code in through], batch_size=500)
    Assignment.objects.bulk_create(holders, batch_size=500)
    world.plots = plots
    _letters(world, rng, holders)
    # Three who leave soon, so that their plots wait for a handover.
    leavers = [one.member_id for one in holders if one.member_id and one.member.user_id is None][20::150][:3]
    Member.objects.filter(pk__in=leavers).update(left_on=world.today + timedelta(days=10))
    _visits(world, rng, holders)


def _village_name(name):
    return f"{name.removesuffix('村委会').removesuffix('村民委员会').removesuffix('居委会')}责任田"


def _county_plots(world, rng, county, add, hold, through):
    """Streets and retailers of the squads, and in leaf counties the households of the stations."""
    towns = list(Division.objects.filter(parent=county.code).order_by("code"))
    for place, unit in enumerate(one for one in county.units if one.kind == "squad"):
        squad = world.units[county.code, unit.name]
        town = towns[place % len(towns)]
        for kind, word in ((PlotKind.STREET, "片区"), (PlotKind.RETAILERS, "零售户网格")):
            plot = add(squad, f"{town.name}{word}", kind, households=rng.randrange(30, 180), visit_interval=14)
            through.append((plot, town.code))
            hold(plot, AssignmentRole.LEAD, rng.choice(world.by_unit[squad.pk]))
            hold(plot, AssignmentRole.ASSISTANT, rng.choice(world.by_unit[squad.pk][:3]))
    if county.code in {"530114", "530111", "530181"}:
        squad = world.units[county.code, next(one.name for one in county.units if one.kind == "squad")]
        plot = add(squad, f"{county.short}物流园区寄递点", PlotKind.LOGISTICS, households=36, visit_interval=7)
        through.append((plot, towns[0].code))
        hold(plot, AssignmentRole.LEAD, world.by_unit[squad.pk][0])
    if county.code == XUNDIAN:
        return
    for unit in county.stations:
        station = world.units[county.code, unit.name]
        for number, member in enumerate(world.by_unit[station.pk][:4], start=1):
            plot = add(
                station, f"{unit.name.removesuffix('烟站')}第{number}包片", PlotKind.HOUSEHOLDS,
                households=rng.randrange(20, 70), visit_interval=10, technicians_needed=1,
                season_starts=world.ago(150), season_ends=world.today + timedelta(days=45),
            )  # fmt: skip
            through.append((plot, unit.township))
            hold(plot, AssignmentRole.TECHNICIAN, member)


def _letters(world, rng, holders):
    chosen = [one for one in holders if one.member_id and one.role == AssignmentRole.TECHNICIAN][::3]
    letters = [
        Letter(
            assignment=one,
            year=world.today.year,
            goals="守好责任田，走访到户，宣传到人，问题不过夜；收购期间不发生违法收购和无证运输。",
            signed_by_holder_on=one.starts,
            signed_by_unit_on=one.starts,
            signed_for_unit_by=people.name(rng),
        )
        for one in chosen
    ]
    for letter in letters[::9]:
        letter.signed_by_holder_on = None
    Letter.objects.bulk_create(letters, batch_size=500)
    Indicator.objects.bulk_create(
        [
            Indicator(letter=letter, name=name, target=target, result=result)
            for letter in letters
            for name, target, result in (
                ("走访覆盖率", "100%", f"{rng.randrange(92, 101)}%"),
                ("合同核对准确率", "98%以上", ""),
                ("安全用火用电宣传", "每户2次", ""),
            )
        ],
        batch_size=500,
    )


def _visits(world, rng, holders):
    """A visit an interval for most, this week's partly done, some late; every seventh finds something."""
    visits, findings = [], []
    observations = [one for one in FIELD if one.season != "growing"] or list(FIELD)
    staff = world.users.get("staff")
    for holder in holders:
        if not holder.member_id or holder.role == AssignmentRole.ASSISTANT:
            continue
        plot = holder.plot
        interval = plot.visit_interval
        steady = rng.random()
        village = plot.kind in {PlotKind.VILLAGE, PlotKind.HOUSEHOLDS}
        lag = rng.randrange(0, interval) if steady > 0.12 else rng.randrange(interval + 1, 3 * interval)
        if staff is not None and holder.member.user_id == staff.pk:
            # The demo's technician has one plot due today and one overdue, so that there is a visit to record.
            lag = interval + len(findings) % 2 * 2
        for step in range(WEEKS * 7 // interval):
            day = world.ago(lag + step * interval + (rng.randrange(-1, 2) if step else 0))
            if day < holder.starts or day > world.today:
                continue
            households = rng.randrange(4, 15)
            text = rng.choice(SUMMARIES if village else MARKET_SUMMARIES).format(n=households)
            visit = Visit(
                assignment=holder, day=day, households=households, summary=text, recorded_by_id=holder.member.user_id
            )
            visits.append(visit)
            if rng.random() < 0.14:
                findings.append(_finding(world, rng, visit, holder, rng.choice(observations if village else MARKET)))
    Visit.objects.bulk_create(visits, batch_size=500)
    Finding.objects.bulk_create(findings, batch_size=500)


def _finding(world, rng, visit, holder, seen):
    due = visit.day + timedelta(days=seen.days or 1)
    done = seen.days == 0 or (due < world.today and rng.random() < 0.93)
    return Finding(
        visit=visit,
        text=seen.found,
        owner=holder.member,
        due=due,
        state=FindingState.CLOSED if done else FindingState.OPEN,
        result=seen.done if done else "",
        closed_on=min(due, world.today) if done else None,
    )
