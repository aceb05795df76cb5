"""`python -m portal.bench.search_million`: how long a search takes when a million rows are indexed, on PostgreSQL.

Without DATABASE_URL it runs on a PostgreSQL of its own that is gone afterwards. A database that is named should be one
for trials: its rows stay in it, and a second run with the same number finds them there and only measures.
"""

import argparse
import os
import random
import sys
import tempfile
import time

from portal.bench.crowd import database

ROWS, PEOPLE, TIMES = 1_000_000, 20_000, 5
# Within so many milliseconds 95 of 100 searches are to be answered.
MOST_P95 = 150
SEED = 7
# Rows are told from those of the demo bureau by their ids, which begin here.
FIRST = 10_000_000
SHARES = {"activities": 3, "suggestions": 3, "updates": 4}
# Each text is made of these, the first most often: the words of a bureau, from the commonest to rare ones.
PHRASES = [
    "开展主题党日活动",
    "走访种烟农户",
    "查看烤房用火安全",
    "宣传烟草专卖法",
    "集体学习二十大精神",
    "研究网格责任落实",
    "组织技术员田间指导",
    "核对移栽面积",
    "防治烟蚜茧蜂",
    "讨论发展对象",
    "清理灶口杂物",
    "与村两委共建",
    "慰问困难党员",
    "检查零售户许可证",
    "整理支部会议记录",
    "夜市入口增设举报电话",
    "采收成熟烟叶",
    "排查冰雹灾情",
    "发放有机肥料",
    "修缮机耕路",
    "抽查物流寄递",
    "调解地块纠纷",
    "交接派驻人员",
    "补种漏塘烟苗",
    "维修密集烤房",
    "统计分级收购",
    "演练森林防火",
    "培训无人机植保",
    "征集合理化建议",
    "评议年度工作",
    "开通绿色通道",
    "安装太阳能路灯",
    "查处假冒卷烟",
    "关爱留守儿童",
    "更换老旧水窖",
    "疏浚灌溉沟渠",
    "推广可降解地膜",
    "化验土壤酸碱度",
    "编排花灯小戏",
    "抢救古茶树",
]
PLACES = [
    "六哨乡",
    "河口镇",
    "鸡街镇",
    "仁德街道",
    "甸沙乡",
    "柯渡镇",
    "功山镇",
    "七星镇",
    "先锋镇",
    "羊街镇",
    "倘甸镇",
    "凤合镇",
    "联合乡",
    "金源乡",
    "雪山乡",
]
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗单曾解仇查",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文玉",
)
# What people type; {name} and the like are taken from somebody of the bureau.
QUERIES = {
    "one character, common": ["烟", "党", "路"],
    "one character, rare": ["鹮", "戏"],
    "two characters": ["走访", "烤房", "水窖"],
    "words": ["主题党日", "主题党日 六哨乡", "走访种烟农户 烤房", "可降解地膜", "抢救古茶树"],
    "very common": ["活动", "开展"],
    "not there": ["量子计算机", "zzqx"],
    "name": ["{name}", "张伟"],
    "pinyin": ["{pinyin}", "zhangwei"],
    "initials": ["{initials}", "zw", "ljm"],
    "number": ["{number}", "GD2022-0007", "kx1234"],
    "a Latin letter": ["k"],
}


def main():
    """Fill the database, ask, print the table; the exit code says whether the aim was reached."""
    asked = argparse.ArgumentParser(prog="python -m portal.bench.search_million", description=__doc__)
    asked.add_argument("--rows", type=int, default=ROWS, help=f"indexed rows (default {ROWS})")
    asked.add_argument("--times", type=int, default=TIMES, help=f"how often each is asked (default {TIMES})")
    options = asked.parse_args()
    with database(), tempfile.TemporaryDirectory(prefix="zerentian-search-") as folder:
        os.environ.setdefault("DATA_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        from django.db import connection

        from portal import serve

        if connection.vendor != "postgresql":
            asked.error("DATABASE_URL must name a PostgreSQL")
        serve.prepare()
        fill(options.rows)
        reached = report(measured(options.times))
        connection.close()
    sys.exit(0 if reached else 1)


def fill(rows):
    """`rows` more rows of activities, suggestions and updates with their entries in the index, and people."""
    from django.apps import apps

    if apps.get_model("wagtailsearch", "IndexEntry").objects.count() >= rows:
        return
    began = time.monotonic()
    add_people(PEOPLE)
    whole = sum(SHARES.values())
    with indexes_made_afterwards():
        for kind, share in SHARES.items():
            add_rows(kind, rows * share // whole)
    analyse()
    sys.stdout.write(f"{rows} rows in {time.monotonic() - began:.0f} s\n")


def add_people(number):
    """Members with the names that are common, in the units and branches that there are."""
    from staff import pinyin
    from staff.models import Member

    chosen = random.Random(SEED)
    like = list(Member.objects.values("unit_id", "branch_id", "party_status")[:500])
    members = []
    for n in range(number):
        member = Member(employee_number=f"N{n:06}", **chosen.choice(like))
        member.name = chosen.choice(SURNAMES) + "".join(chosen.choices(GIVEN, k=chosen.choice((1, 2))))
        pinyin.fill(member)
        members.append(member)
    Member.objects.bulk_create(members, batch_size=2000, ignore_conflicts=True)


def texts(kind, number):
    """Texts as people write them: common phrases often, rare ones seldom, each with a number of its own."""
    chosen = random.Random(f"{SEED}{kind}")
    weights = [1 / (n + 1) for n in range(len(PHRASES))]
    for n in range(number):
        parts = chosen.choices(PHRASES, weights, k=chosen.choice((2, 3, 4)))
        yield n, f"{chosen.choice(PLACES)}{'，'.join(parts)}。KX{n:07}"


def add_rows(kind, number):
    """Rows of a kind, each like one of the demo bureau but with a text of its own, in four statements."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from activities.models import Activity, Suggestion
    from home.models import Update
    from portal.search import terms_to_index

    model, own, part = {
        "activities": (Activity, {"title": "left(made.text, 120)"}, "title"),
        "suggestions": (
            Suggestion,
            {"text": "made.text", "number": "'M-' || made.n", "token": "gen_random_uuid()"},
            "body",
        ),
        "updates": (Update, {"text": "made.text", "token": "gen_random_uuid()"}, "body"),
    }[kind]
    # What only one row may have (the news that tells of a suggestion) stays with the pattern's own.
    once = {field.column: "NULL" for field in model._meta.concrete_fields if field.unique and field.null}
    own = {"id": f"{FIRST} + made.n", **once, **own}
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    values = [own.get(column, f'pattern."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    other = "body" if part == "title" else "title"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE made (n integer, text text, terms text)")
        with cursor.copy("COPY made FROM STDIN") as copy:
            for n, text in texts(kind, number):
                copy.write_row((n, text, terms_to_index(text)))
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM made JOIN "  # noqa: S608 (names of ours)
            "(SELECT *, row_number() OVER () - 1 AS pattern_place, count(*) OVER () AS pattern_count "
            f"FROM {table}) AS pattern "  # noqa: S608 (names of ours)
            "ON made.n % pattern_count = pattern_place"
        )
        cursor.execute(
            "INSERT INTO wagtailsearch_indexentry "  # noqa: S608 (names of ours)
            f"(content_type_id, object_id, title_norm, autocomplete, {part}, {other}, title_text, body_text) "
            f"SELECT %s, {FIRST} + n, 1, '', to_tsvector('simple', terms), '', '', '' FROM made",
            [ContentType.objects.get_for_model(model).pk],
        )
        cursor.execute("DROP TABLE made")


class indexes_made_afterwards:  # noqa: N801 (read as a sentence in `with`)
    """Takes the index entries' text indexes away while a million rows come in, and makes them again in one go."""

    def __enter__(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'wagtailsearch_indexentry'"
                " AND indexdef LIKE '%USING gin%'"
            )
            self.taken = cursor.fetchall()
            for name, _definition in self.taken:
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *failure):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for _name, definition in self.taken:
                cursor.execute(definition)


def analyse():
    """Tell the planner what there is, as autovacuum does in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measured(times):
    """(what, text, milliseconds of each time) of the page of results and of the suggestions while typing, as staff."""
    from django.conf import settings
    from django.test import Client

    from staff.models import Member, User

    settings.ALLOWED_HOSTS = ["*"]
    # A page that is kept for its reader would be measured instead of the search.
    settings.OWN_PAGE_SECONDS = 0
    client = Client()
    client.force_login(User.objects.get(username="staff"))
    somebody = Member.objects.filter(user__isnull=True).order_by("pk").last()
    syllables = somebody.pinyin.split()
    filled = {
        "name": somebody.name,
        "pinyin": "".join(syllables),
        "initials": "".join(syllable[0] for syllable in syllables),
        "number": somebody.employee_number,
    }
    asked = [(what, text.format(**filled)) for what, said in QUERIES.items() for text in said]
    for what, text in asked:
        for address in ("/search/", "/search/suggest/"):
            spent = []
            for _ in range(times + 1):
                began = time.perf_counter()
                answer = client.get(address, {"q": text})
                spent.append(1000 * (time.perf_counter() - began))
                if answer.status_code != 200:
                    sys.exit(f"{address} answers {answer.status_code} to {text}")
            # The first time warms what every process keeps.
            yield address, what, text, spent[1:]


def of(times, per_cent):
    """Within how many milliseconds so many per cent were answered."""
    times = sorted(times)
    return times[min(len(times) - 1, len(times) * per_cent // 100)]


def report(rows):
    """Print each query's median and the figures of the whole; whether the aim was reached."""
    every = {}
    for address, what, text, spent in rows:
        every.setdefault(address, []).extend(spent)
        note = "  slow" if of(spent, 50) > MOST_P95 else ""
        sys.stdout.write(f"{address:<18} {what:<22} {of(spent, 50):>8.1f} ms  {text}{note}\n")
        sys.stdout.flush()
    for address, spent in every.items():
        sys.stdout.write(f"{address:<18} p50 {of(spent, 50):.1f} ms, p95 {of(spent, 95):.1f} ms of {len(spent)}\n")
    return all(of(spent, 95) <= MOST_P95 for spent in every.values())


if __name__ == "__main__":
    main()
