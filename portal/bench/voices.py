"""Five hundred phones send a suggestion within ten seconds; the projector and the recorder look on."""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

from portal.bench.stage import Result, Step

PHONES, SECONDS = 500, 10
# A tenth of the thumbs are nervous: the same text is sent twice.
NERVOUS = 10
MOST_UNTIL_SHOWN = 3


def run(stage):
    """Each voice stored once, and on the projector within three seconds of being stored."""
    from django.utils import timezone

    from activities import access, suggestions
    from activities.choices import ActivityState, Kind
    from activities.models import Activity, ActivityHost, ActivityKind, Suggestion
    from staff.models import User

    secretary = User.objects.get(username="secretary")
    branch = secretary.member.branch
    phones = stage.members(PHONES, branch)
    now = timezone.now()
    activity = Activity.objects.create(
        title="献计献策主题党日",
        starts=now - timedelta(minutes=30),
        ends=now + timedelta(hours=2),
        place="礼堂",
        state=ActivityState.SCHEDULED,
    )
    ActivityHost.objects.create(activity=activity, organisation=branch, lead=True)
    ActivityKind.objects.create(activity=activity, kind=Kind.THEME_DAY)
    suggestions.open_session(activity=activity, question="怎样把网格责任压实？", by=secretary)
    page = f"/activities/{activity.pk}/session/"
    visits = []
    for n, phone in enumerate(phones):
        body = urlencode({"token": uuid.uuid4(), "text": f"第{n}条：建议在夜市入口增设举报电话公示牌。"})
        step = Step(f"{page}say/", body=body, headers={"Accept": "application/json"})
        visits.append((phone, [step] * (1 + (n % NERVOUS == 0))))
    headers = stage.sign_in(secretary)
    screens = [
        {
            "url": f"{page}feed/?after={{version}}{'&all=1' if everything else ''}",
            "headers": {**headers, "X-Feed-Key": access.feed_key(secretary, activity, everything=everything)},
            "every": 1,
        }
        for everything in (False, True)
    ]
    rush = stage.rush(visits, within=SECONDS, watch=screens)
    stored = list(Suggestion.objects.filter(activity=activity).values_list("number", "text"))
    lost = [answer for answer in rush.answers if answer["status"] != 201]
    seen = rush.watched[0]
    # From the answer to the phone, which comes right after the commit; a voice that was never seen took for ever.
    waits = [
        seen.get(phone[0]["body"]["number"], float("inf")) - phone[0]["ended"]
        for phone in rush.phones
        if phone[0]["status"] == 201
    ]
    longest = max(waits, default=0)
    texts = {text for _number, text in stored}
    missed = [
        *([f"{len(stored)} stored, {len(texts)} different"] if {len(stored), len(texts)} != {PHONES} else []),
        *([f"{len(lost)} requests failed ({sorted({one['status'] for one in lost})})"] if lost else []),
        *([f"the projector showed one after {longest:.1f} s"] if longest > MOST_UNTIL_SHOWN else []),
        *([f"the last was answered after {rush.seconds:.1f} s"] if rush.seconds > SECONDS + MOST_UNTIL_SHOWN else []),
    ]
    told = f"{len(stored)} of {PHONES} stored, each once, {len(lost)} failed; on the projector within {longest:.1f} s"
    return Result(f"{told}; {rush.told()}", missed)
