"""Invented people: names, telephone numbers and positions, each drawn from a `random.Random` passed in."""

from random import Random

# Weights follow what one meets in Kunming: the large Han surnames, with the Hui, Yi and Miao surnames of Xundian,
# Luquan and Shilin (马、纳、撒、保、龙、毕、昂 and others) more often than elsewhere.
SURNAMES = {
    "李": 90, "王": 78, "张": 80, "杨": 86, "刘": 56, "陈": 54, "赵": 48, "周": 42, "马": 52, "黄": 32,
    "徐": 22, "朱": 24, "吴": 24, "孙": 20, "胡": 18, "郭": 18, "何": 20, "高": 18, "罗": 26, "郑": 14,
    "梁": 10, "谢": 12, "宋": 12, "唐": 14, "许": 12, "邓": 12, "冯": 10, "韩": 8, "曹": 8, "曾": 10,
    "彭": 10, "肖": 8, "蔡": 6, "潘": 8, "田": 10, "董": 12, "袁": 10, "余": 8, "叶": 6, "蒋": 8,
    "杜": 10, "苏": 8, "魏": 6, "程": 6, "吕": 6, "丁": 6, "沈": 6, "任": 6, "姚": 8, "卢": 6,
    "段": 16, "尹": 10, "普": 12, "毕": 12, "昂": 6, "龙": 14, "纳": 8, "撒": 5, "保": 8, "沙": 5,
    "桂": 6, "晏": 4, "角": 3, "鲁": 6, "阮": 3, "缪": 2, "单": 2, "解": 3, "仇": 1, "翟": 1, "查": 1, "覃": 2,
}  # fmt: skip

MALE = "伟强磊军勇杰涛斌超刚平辉鹏波华飞云林峰建志明文德永兴光荣福贵学忠正义顺春江宏亮东海宇浩松柏安康泽润庆祥凯良成维"
FEMALE = "芳娟敏静丽艳娜秀英霞玲燕梅萍红月桂兰凤洁琼珍莉雪琳倩云春花菊香晓慧婷颖佳怡蓉仙美莲翠芬竹瑶思雨欣"
# The middle character of a name of three, common to a generation; both lists are short so that names look related.
MALE_MIDDLE = "建国志文永光学德正家金天云绍自春明世兴开庆从继洪立宗启"
FEMALE_MIDDLE = "晓丽春玉秀云金文美红雪桂凤琼兰佳思雨慧海燕梦竹翠绍"

# Names that these characters could make and that belong to people everybody knows.
KNOWN = {
    "李强", "李鹏", "韩正", "马云", "姚明", "李娜", "李刚", "张军", "王勇", "李斌", "刘伟", "王军",
    "朱军", "高峰", "罗永浩", "周永康", "张学良", "王立军", "陈建斌", "王志文", "李文亮", "李德生", "张志新", "刘志丹",
    "陈永贵", "李光荣", "杨丽萍", "周迅", "赵忠", "杨洁", "李云", "郭晶晶", "王丽萍", "马明", "刘晓庆", "李春江",
    "杨志刚", "李文", "王光美", "杨春霞",
}  # fmt: skip

_SURNAME_LIST = list(SURNAMES)
_SURNAME_WEIGHTS = list(SURNAMES.values())


def name(rng: Random, female: bool | None = None) -> str:
    """A Chinese name of two or, three times in four, three characters; `female` is drawn when it is not given."""
    made = _name(rng, female)
    while made in KNOWN:
        made = _name(rng, female)
    return made


def _name(rng: Random, female: bool | None) -> str:
    """Any name that the lists can make."""
    if female is None:
        female = rng.random() < 0.38
    surname = rng.choices(_SURNAME_LIST, _SURNAME_WEIGHTS)[0]
    last = rng.choice(FEMALE if female else MALE)
    if rng.random() < 0.25:
        return surname + last
    middle = rng.choice(FEMALE_MIDDLE if female else MALE_MIDDLE)
    while middle == last:
        middle = rng.choice(FEMALE_MIDDLE if female else MALE_MIDDLE)
    return surname + middle + last


def names(rng: Random, count: int, namesakes: int = 6) -> list[str]:
    """`count` names, all different but for the last `namesakes`, which repeat earlier ones as in any real bureau."""
    seen: dict[str, None] = {}
    different = max(count - namesakes, 1)
    while len(seen) < different:
        seen[name(rng)] = None
    made = list(seen)
    made += [rng.choice(made) for _ in range(count - len(made))]
    return made[:count]


def phone(rng: Random) -> str:
    """Eleven digits that begin with 100, a prefix that no mobile number in China has: nobody can be rung up by it."""
    return f"100{rng.randrange(10**8):08d}"


def phones(rng: Random, count: int) -> list[str]:
    """`count` different telephone numbers of the same invented prefix."""
    return [f"100{number:08d}" for number in rng.sample(range(10**8), count)]


def employee_number(county: str, serial: int) -> str:
    """Employee number: the county's code (5301 for the city bureau) made up to six digits and a serial of four."""
    return f"{county:0<6}{serial:04d}"


# By the `role` of a unit in `places.py`: the first title is the head's, the second the deputy's, the others are drawn.
POSITIONS = {
    "leaders": ("党委书记、局长", "党委副书记、副局长", ("副局长", "纪委书记", "总工程师", "工会主席")),
    "county_leaders": ("党总支书记、局长", "副局长", ("副局长", "纪检委员", "副局长")),
    "party": ("主任", "副主任", ("党建专员", "组织干事", "宣传干事", "群团专员")),
    "office": ("主任", "副主任", ("文秘", "机要员", "行政专员", "档案管理员", "驾驶员")),
    "personnel": ("科长", "副科长", ("人事专员", "薪酬专员", "培训专员")),
    "finance": ("科长", "副科长", ("会计", "出纳", "预算专员", "资产管理员")),
    "monopoly": ("科长", "副科长", ("专卖管理员", "案件管理员", "许可证管理员", "市场监管员")),
    "internal": ("科长", "副科长", ("内管专员", "内管派驻员", "数据分析员")),
    "law": ("科长", "副科长", ("法规专员", "案件审核员", "体系管理员")),
    "marketing": ("主任", "副主任", ("客户经理", "品牌经理", "市场经理", "投放专员", "终端建设专员")),
    "logistics": ("主任", "副主任", ("分拣员", "仓储管理员", "送货员", "线路调度员", "设备维修员")),
    "information": ("主任", "副主任", ("系统管理员", "网络安全员", "数据工程师")),
    "audit": ("科长", "副科长", ("审计专员", "审计员")),
    "safety": ("科长", "副科长", ("安全管理员", "消防管理员", "安全检查员")),
    "discipline": ("主任", "副主任", ("纪检监察员", "案件审理员")),
    "leaf": ("科长", "副科长", ("烟叶技术员", "烟叶收购管理员", "基础设施管理员", "合同管理员")),
    "retired": ("科长", "副科长", ("离退休服务专员",)),
    "general": ("主任", "副主任", ("综合管理员", "文秘", "会计", "安全管理员", "后勤管理员", "信息员")),
    "sales": ("主任", "副主任", ("客户经理", "客户经理", "市场经理", "送货员", "电访员")),
    "squad": ("中队长", "副中队长", ("专卖稽查员", "专卖稽查员", "市场管理员", "内勤")),
    "station": ("站长", "副站长", ("烟技员", "烟技员", "烟技员", "分级员", "保管员", "司磅员")),
}


def position(rng: Random, role: str, rank: int) -> str:
    """Title of the person who is `rank`th (from 0) in a unit of this role: its head, its deputy, then drawn ones."""
    head, deputy, others = POSITIONS[role]
    if rank == 0:
        return head
    if rank == 1:
        return deputy
    return rng.choice(others)


EXTERNAL_POSITIONS = {
    "community": ("党委书记", "党委副书记", "网格长", "网格员"),
    "street": ("党工委副书记", "党建办主任", "综治中心主任", "网格员"),
    "police": ("副局长", "治安大队教导员", "经侦大队副大队长", "社区民警"),
    "postal": ("党组成员", "普遍服务科科长", "市场监管科科长", "机要通信员"),
    "market": ("副局长", "综合执法大队大队长", "登记许可科科长", "执法人员"),
    "tax": ("副局长", "税源管理股股长", "风险管理股股长", "办税服务厅主任"),
    "customs": ("缉私分局副局长", "监管科科长", "法规科副科长", "关员"),
    "political": ("副书记", "综治督导科科长", "网格中心主任", "政法网格员"),
    "enterprise": ("党委书记", "安全总监", "园区运营经理", "分拨中心主管"),
    "village": ("党总支书记", "村委会副主任", "村务监督委员会主任", "网格员"),
    "transport": ("副局长", "综合执法大队大队长", "运输管理科科长", "执法人员"),
    "school": ("党委书记", "团委书记", "思政教研室主任", "教师"),
}


def partner_position(rng: Random, kind: str) -> str:
    """Title of a partner's contact person, by the kind of body in `places.py`."""
    return rng.choice(EXTERNAL_POSITIONS[kind])
