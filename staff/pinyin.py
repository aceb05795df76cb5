"""Pinyin of personal names: our surname table first, since many surnames are read unlike the character elsewhere."""

from pypinyin import Style, lazy_pinyin

COMPOUND_SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "单于": "chan yu",
    "欧阳": "ou yang",
    "上官": "shang guan",
    "司马": "si ma",
    "诸葛": "zhu ge",
    "夏侯": "xia hou",
    "皇甫": "huang fu",
    "令狐": "ling hu",
    "慕容": "mu rong",
}
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "朴": "piao",
    "区": "ou",
    "盖": "ge",
    "翟": "zhai",
    "缪": "miao",
    "覃": "qin",
    "任": "ren",
    "华": "hua",
    "纪": "ji",
    "尹": "yin",
    "乐": "yue",
    "宁": "ning",
    "召": "shao",
    "员": "yun",
    "秘": "bi",
    "折": "she",
    "种": "chong",
    "重": "chong",
    "黑": "he",
    "逄": "pang",
    "冼": "xian",
    "牟": "mu",
    "燕": "yan",
    "訾": "zi",
    "郗": "xi",
    "过": "guo",
    "祭": "zhai",
    "晁": "chao",
    "柏": "bai",
    "谌": "chen",
    "隗": "wei",
    "洗": "xian",
    "撒": "sa",
    "曲": "qu",
    "朱": "zhu",
    "石": "shi",
    "车": "che",
    "都": "du",
    "那": "na",
    "藏": "zang",
    "哈": "ha",
    "么": "yao",
    "尉": "wei",
}


def spell(name):
    """Syllables of a personal name, apart by spaces: 单雄信 → "shan xiong xin"."""
    name = name.strip()
    for surnames, length in ((COMPOUND_SURNAMES, 2), (SURNAMES, 1)):
        if name[:length] in surnames:
            rest = lazy_pinyin(name[length:], style=Style.NORMAL)
            return " ".join([surnames[name[:length]], *rest])
    return " ".join(lazy_pinyin(name, style=Style.NORMAL))


def fill(member):
    """Set the member's pinyin where it is empty, and what searches compare it with."""
    member.pinyin = " ".join((member.pinyin or spell(member.name)).lower().split())[:120]
    syllables = member.pinyin.split()
    member.spelling = "".join(syllables)
    member.initials = "".join(syllable[0] for syllable in syllables)[:20]
