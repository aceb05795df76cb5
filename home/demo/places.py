"""Structure of the demo bureau: offices, 14 county bureaus, stations, branches, and the bodies that they work with.

Sizes add up to some 1,900 people; party members to some 1,000 in some 90 branches. County and township codes are those
of the reference table of divisions. Guandu has two branches of 39 members together, Chenggong a general branch, Xundian
340 technicians at 17 stations.
"""

from typing import NamedTuple

CITY_CODE = "5301"
CITY_BUREAU = "昆明市烟草专卖局(演示)"
CITY_COMMITTEE = "中共昆明市烟草专卖局(演示)委员会"
CITY_OFFICES_COMMITTEE = "市局机关党委"
LINES = ("专卖", "销售", "综合")


class Unit(NamedTuple):
    """A unit below a bureau; `kind` as in `staff.Unit.kind`, `role` a key of `people.POSITIONS`."""

    name: str
    kind: str
    role: str
    size: int
    line: str = ""
    township: str = ""


class Branch(NamedTuple):
    """A party branch: the names of the units whose members it takes in, how many they are, and its groups."""

    name: str
    units: tuple[str, ...]
    members: int
    groups: tuple[str, ...] = ()


class Partner(NamedTuple):
    """A body outside the bureau and its party organisation; `kind` is a key of `people.EXTERNAL_POSITIONS`."""

    name: str
    party: str
    kind: str


class County(NamedTuple):
    """A county bureau: its units, its branches (below a general branch where there is one) and its partners."""

    code: str
    short: str
    bureau: str
    units: tuple[Unit, ...]
    branches: tuple[Branch, ...]
    general_branch: str
    partners: tuple[Partner, ...]

    @property
    def grows_leaf(self) -> bool:
        """Whether leaf is grown, which is where there are stations."""
        return any(unit.kind == "station" for unit in self.units)

    @property
    def stations(self) -> tuple[Unit, ...]:
        """The tobacco stations (烟站)."""
        return tuple(unit for unit in self.units if unit.kind == "station")

    @property
    def size(self) -> int:
        """How many people work here."""
        return sum(unit.size for unit in self.units)


CITY_DEPARTMENTS = (
    Unit("局领导", "department", "leaders", 7),
    Unit("党建办", "department", "party", 12),
    Unit("办公室", "department", "office", 18),
    Unit("人事科", "department", "personnel", 12),
    Unit("财务科", "department", "finance", 16),
    Unit("专卖监督管理科", "department", "monopoly", 26, "专卖"),
    Unit("内管科", "department", "internal", 12, "专卖"),
    Unit("法规科", "department", "law", 9, "综合"),
    Unit("烟叶科", "department", "leaf", 20),
    Unit("营销中心", "department", "marketing", 46, "销售"),
    Unit("物流中心", "department", "logistics", 52, "销售"),
    Unit("信息中心", "department", "information", 13, "综合"),
    Unit("审计科", "department", "audit", 9, "综合"),
    Unit("安全保卫科", "department", "safety", 10, "综合"),
    Unit("纪检监察科", "department", "discipline", 8, "综合"),
    Unit("离退休人员管理科", "department", "retired", 5, "综合"),
)

CITY_BRANCHES = (
    Branch("党建办党支部", ("党建办", "局领导"), 15),
    Branch("办公室党支部", ("办公室",), 12),
    Branch("人事科党支部", ("人事科",), 9),
    Branch("财务科党支部", ("财务科",), 10),
    Branch("专卖监督管理科党支部", ("专卖监督管理科",), 18, ("第一党小组", "第二党小组")),
    Branch("内管科党支部", ("内管科",), 8),
    Branch("法规科党支部", ("法规科",), 7),
    Branch("烟叶科党支部", ("烟叶科",), 14, ("第一党小组", "第二党小组")),
    Branch("营销中心第一党支部", ("营销中心",), 14),
    Branch("营销中心第二党支部", ("营销中心",), 13),
    Branch("物流中心第一党支部", ("物流中心",), 14, ("仓储党小组", "分拣党小组")),
    Branch("物流中心第二党支部", ("物流中心",), 13, ("配送党小组", "调度党小组")),
    Branch("信息中心党支部", ("信息中心",), 8),
    Branch("审计科党支部", ("审计科",), 6),
    Branch("安全保卫科党支部", ("安全保卫科",), 7),
    Branch("纪检监察科党支部", ("纪检监察科",), 6),
    Branch("离退休人员党支部", ("离退休人员管理科",), 4),
)

# Township stations: (name of the station without 烟站, code of the township, people). Xundian's 17 stations have 20
# technicians each; the station's head and deputy are among the people of 烟叶生产经营科.
_STATIONS = {
    "530112": (("团结", "530112010", 8),),
    "530113": (("阿旺", "530113104", 9), ("红土地", "530113106", 9), ("拖布卡", "530113107", 8)),
    "530115": (("六街", "530115103", 9), ("双河", "530115200", 9), ("夕阳", "530115201", 9), ("二街", "530115101", 8)),
    "530124": (("罗免", "530124103", 8), ("赤鹫", "530124104", 9), ("东村", "530124105", 8), ("款庄", "530124106", 9)),
    "530125": (
        ("狗街", "530125103", 12), ("竹山", "530125105", 15), ("马街", "530125106", 12), ("耿家营", "530125201", 15),
        ("九乡", "530125202", 12), ("北古城", "530125102", 12),
    ),
    "530126": (
        ("板桥", "530126003", 12), ("西街口", "530126105", 15), ("长湖", "530126106", 15), ("圭山", "530126107", 15),
        ("大可", "530126201", 10),
    ),
    "530127": (("小街", "530127102", 12), ("杨林", "530127103", 10), ("牛栏江", "530127104", 12)),
    "530128": (
        ("撒营盘", "530128102", 14), ("转龙", "530128103", 12), ("茂山", "530128104", 12), ("团街", "530128105", 12),
        ("中屏", "530128106", 11), ("翠华", "530128109", 12), ("九龙", "530128110", 13), ("云龙", "530128204", 8),
    ),
    "530129": (
        ("仁德", "530129001", 20), ("塘子", "530129002", 20), ("金所", "530129003", 20), ("羊街", "530129103", 20),
        ("柯渡", "530129104", 20), ("倘甸", "530129105", 20), ("功山", "530129106", 20), ("河口", "530129107", 20),
        ("七星", "530129108", 20), ("先锋", "530129109", 20), ("鸡街", "530129110", 20), ("凤合", "530129111", 20),
        ("六哨", "530129205", 20), ("联合", "530129208", 20), ("金源", "530129209", 20), ("甸沙", "530129210", 20),
        ("轿子山", "530129405", 20),
    ),
    "530181": (("八街", "530181003", 9), ("县街", "530181009", 8)),
}  # fmt: skip

# code, short name, bureau's full county name, people without stations, squads, party members outside stations
_COUNTIES = (
    ("530102", "五华", "五华区", 95, 5, 56),
    ("530103", "盘龙", "盘龙区", 85, 5, 50),
    ("530111", "官渡", "官渡区", 95, 6, 39),
    ("530112", "西山", "西山区", 78, 4, 46),
    ("530113", "东川", "东川区", 46, 3, 28),
    ("530114", "呈贡", "呈贡区", 65, 4, 40),
    ("530115", "晋宁", "晋宁区", 52, 3, 32),
    ("530124", "富民", "富民县", 46, 2, 24),
    ("530125", "宜良", "宜良县", 55, 4, 34),
    ("530126", "石林", "石林县", 52, 3, 32),
    ("530127", "嵩明", "嵩明县", 58, 4, 36),
    ("530128", "禄劝", "禄劝县", 55, 4, 34),
    ("530129", "寻甸", "寻甸县", 70, 5, 44),
    ("530181", "安宁", "安宁市", 62, 4, 38),
)
_ORDINALS = "一二三四五六七八"


def _units(code: str, size: int, squads: int) -> tuple[Unit, ...]:
    """Offices, squads and stations of a county bureau; what the fixed sizes leave over works in sales."""
    leaf = bool(_STATIONS.get(code))
    squad_size = max(4, size * 4 // 10 // squads)
    leaders, monopoly, general, leaf_office = 4, 5, max(7, size // 8), 6 if leaf else 0
    sales = size - leaders - monopoly - general - leaf_office - squads * squad_size
    units = [
        Unit("局领导班子", "department", "county_leaders", leaders),
        Unit("综合办公室", "department", "general", general, "综合"),
        Unit("专卖监督管理股", "department", "monopoly", monopoly, "专卖"),
        Unit("客户服务部", "department", "sales", sales, "销售"),
    ]
    if leaf:
        units.append(Unit("烟叶生产经营股", "department", "leaf", leaf_office))
    units += [Unit(f"专卖执法{_ORDINALS[n]}中队", "squad", "squad", squad_size, "专卖") for n in range(squads)]
    units += [
        Unit(f"{name}烟站", "station", "station", people, township=township)
        for name, township, people in _STATIONS.get(code, ())
    ]
    return tuple(units)


def _branches(code: str, short: str, members: int, units: tuple[Unit, ...]) -> tuple[Branch, ...]:
    """Branches by line of work, and one for each station of Xundian, for two elsewhere; groups where there is room."""
    squads = tuple(unit.name for unit in units if unit.kind == "squad")
    if code == "530111":
        first, second = squads[: len(squads) // 2], squads[len(squads) // 2 :]
        return (
            Branch("官渡区局第一党支部", ("局领导班子", "专卖监督管理股", *first), 20, ("机关党小组", "专卖党小组")),
            Branch("官渡区局第二党支部", ("综合办公室", "客户服务部", *second), 19, ("营销党小组", "综合党小组")),
        )
    leaf = tuple(unit.name for unit in units if unit.role == "leaf")
    patrol = members * 4 // 10
    offices = members * 3 // 10
    made = [
        Branch(f"{short}局机关党支部", ("局领导班子", "综合办公室", *leaf), offices),
        Branch(f"{short}局专卖党支部", ("专卖监督管理股", *squads), patrol, _squad_groups(squads, patrol)),
        Branch(f"{short}局营销党支部", ("客户服务部",), members - offices - patrol),
    ]
    stations = [unit for unit in units if unit.kind == "station"]
    together = 1 if code == "530129" else 2
    while stations:
        taken, stations = stations[:together], stations[together:]
        if together > 1 and len(stations) == 1:
            taken, stations = taken + stations, []
        name = "".join(unit.name.removesuffix("烟站") for unit in taken)
        groups = tuple(f"{unit.name}党小组" for unit in taken) if len(taken) > 1 else ()
        strength = sum(unit.size for unit in taken) * 4 // 10
        made.append(Branch(f"{name}烟站党支部", tuple(unit.name for unit in taken), strength, groups))
    return tuple(made)


def _squad_groups(squads: tuple[str, ...], members: int) -> tuple[str, ...]:
    """A group for each two squads where that leaves three members or more in each; none in a small branch."""
    count = min(len(squads) // 2, members // 4)
    return tuple(f"稽查第{_ORDINALS[n]}党小组" for n in range(count)) if count > 1 else ()


# Partners special to a county; every county also has the bodies of `_COMMON`.
_SPECIAL = {
    "530102": (
        ("华山街道办事处", "华山街道党工委", "street"),
        ("大观社区居委会", "大观社区党委", "community"),
        ("昆明圆心商贸有限公司(演示)", "圆心商贸党支部", "enterprise"),
    ),
    "530103": (
        ("联盟街道办事处", "联盟街道党工委", "street"),
        ("金辰社区居委会", "金辰社区党委", "community"),
        ("滇源街道水源保护站", "滇源街道水源保护党支部", "street"),
    ),
    "530111": (
        ("昆明海关驻长水办事处", "驻长水办事处党支部", "customs"),
        ("大板桥街道办事处", "大板桥街道党工委", "street"),
        ("关上社区居委会", "关上社区党委", "community"),
        ("空港物流园区", "空港物流园区联合党委", "enterprise"),
    ),
    "530112": (
        ("碧鸡街道办事处", "碧鸡街道党工委", "street"),
        ("永昌社区居委会", "永昌社区党委", "community"),
    ),
    "530113": (
        ("铜都街道办事处", "铜都街道党工委", "street"),
        ("红土地镇政法综治中心", "红土地镇综治党支部", "political"),
    ),
    "530114": (
        ("回回营社区居委会", "回回营社区党委", "community"),
        ("洛羊街道办事处", "洛羊街道党工委", "street"),
        ("巨力物流集团(演示)", "巨力集团党委", "enterprise"),
        ("大学城职业学院(演示)", "大学城职业学院党委", "school"),
    ),
    "530115": (
        ("晋城街道办事处", "晋城街道党工委", "street"),
        ("夕阳彝族乡政法综治中心", "夕阳乡综治党支部", "political"),
    ),
    "530124": (
        ("永定街道办事处", "永定街道党工委", "street"),
        ("款庄镇村级联合巡查队", "款庄镇联合巡查队临时党支部", "village"),
    ),
    "530125": (
        ("匡远街道办事处", "匡远街道党工委", "street"),
        ("竹山镇政法综治中心", "竹山镇综治党支部", "political"),
    ),
    "530126": (
        ("鹿阜街道办事处", "鹿阜街道党工委", "street"),
        ("长湖镇村级联合巡查队", "长湖镇联合巡查队临时党支部", "village"),
    ),
    "530127": (
        ("杨林镇人民政府", "杨林镇党委", "street"),
        ("杨林经开区物流片区", "物流片区联合党支部", "enterprise"),
    ),
    "530128": (
        ("屏山街道办事处", "屏山街道党工委", "street"),
        ("撒营盘镇政法综治中心", "撒营盘镇综治党支部", "political"),
    ),
    "530129": (
        ("七星镇政法综治中心", "七星镇综治党支部", "political"),
        ("七星村民委员会", "七星村党总支", "village"),
        ("仁德街道办事处", "仁德街道党工委", "street"),
    ),
    "530181": (
        ("连然街道办事处", "连然街道党工委", "street"),
        ("草铺街道物流站", "草铺街道物流联合党支部", "enterprise"),
    ),
}
_COMMON = (
    ("公安局", "治安大队党支部", "police"),
    ("市场监督管理局", "综合执法大队党支部", "market"),
    ("邮政管理局", "邮政行业联合党委", "postal"),
    ("税务局", "税务局机关党支部", "tax"),
    ("委政法委", "政法委机关党支部", "political"),
)
CITY_PARTNERS = (
    Partner("昆明市公安局(演示)", "市公安局治安支队党支部", "police"),
    Partner("昆明市邮政管理局(演示)", "市邮政管理局机关党支部", "postal"),
    Partner("昆明海关(演示)", "昆明海关缉私局党支部", "customs"),
    Partner("昆明市市场监督管理局(演示)", "市市场监管局机关党委", "market"),
    Partner("昆明市税务局(演示)", "市税务局机关党委", "tax"),
    Partner("昆明市委政法委(演示)", "市委政法委机关党委", "political"),
    Partner("昆明市交通运输综合执法支队(演示)", "交通运输综合执法支队党支部", "transport"),
)


def _partners(code: str, short: str, county: str) -> tuple[Partner, ...]:
    """The bodies that a county bureau builds the party together with: those every county has, then its own."""
    made = []
    for name, party, kind in _COMMON:
        full = f"中共{county}{name}" if kind == "political" else f"{county}{name}"
        if kind == "police" and county.endswith("区"):
            full = f"昆明市公安局{short}分局"
        made.append(Partner(full, f"{short}{party}", kind))
    return tuple(made) + tuple(Partner(*row) for row in _SPECIAL[code])


def _county(code: str, short: str, county: str, size: int, squads: int, members: int) -> County:
    """Everything about one county bureau."""
    units = _units(code, size, squads)
    branches = _branches(code, short, members, units)
    general = f"{county}局党总支" if len(branches) > 2 else ""
    return County(code, short, f"{county}烟草专卖局", units, branches, general, _partners(code, short, county))


COUNTIES = tuple(_county(*row) for row in _COUNTIES)
COUNTY_BY_CODE = {county.code: county for county in COUNTIES}


def county(code: str) -> County:
    """The county bureau with this division code."""
    return COUNTY_BY_CODE[code]


def branch_count() -> int:
    """How many branches the bureau has, of the city offices and of the counties."""
    return len(CITY_BRANCHES) + sum(len(one.branches) for one in COUNTIES)


def staff_count() -> int:
    """How many people the bureau has."""
    return sum(unit.size for unit in CITY_DEPARTMENTS) + sum(one.size for one in COUNTIES)
