"""A thousand members check in within one minute: scan the code on the screen, tap, see that it is done."""

import time
from datetime import UTC, datetime, timedelta

from portal.bench.stage import Result, Step

MEMBERS, SECONDS = 1000, 60
# The code on the screen changes meanwhile: so many are known beforehand.
CODES = 12


def run(stage):
    """Everybody on the list once, nobody refused."""
    from django.utils import timezone
    from wagtail.models import ModelLogEntry

    from activities import access, checkin
    from activities.choices import ActivityState, AttendanceState, CheckInWay, Kind
    from activities.models import Activity, ActivityHost, ActivityKind, Attendance
    from staff.models import User

    secretary = User.objects.get(username="secretary")
    branch = secretary.member.branch
    phones = stage.members(MEMBERS, branch)
    now = timezone.now()
    activity = Activity.objects.create(
        title="党员大会",
        starts=now + timedelta(minutes=5),
        ends=now + timedelta(hours=2),
        place="礼堂",
        state=ActivityState.SCHEDULED,
        check_in=CheckInWay.CODE,
    )
    ActivityHost.objects.create(activity=activity, organisation=branch, lead=True)
    ActivityKind.objects.create(activity=activity, kind=Kind.THEME_DAY)
    Attendance.objects.bulk_create([Attendance(activity=activity, member=phone.member) for phone in phones])
    page = f"/activities/{activity.pk}/check-in/"
    steps = [Step(f"{page}?code={{code}}"), Step(page, body=""), Step(f"{page}?ok=1")]
    first = int(time.time()) // checkin.SECONDS * checkin.SECONDS
    moments = [datetime.fromtimestamp(first + n * checkin.SECONDS, UTC) for n in range(CODES)]
    codes = [(at.timestamp(), checkin.code(activity=activity.pk, at=at)) for at in moments]
    hall = {
        "url": f"{page}screen/now/",
        "headers": {
            **stage.sign_in(secretary),
            "X-Feed-Key": access.feed_key(secretary, activity, of=access.HALL),
        },
        "every": 3,
    }
    rush = stage.rush([(phone, steps) for phone in phones], within=SECONDS, codes=codes, watch=[hall])
    there = Attendance.objects.filter(activity=activity, state=AttendanceState.PRESENT).count()
    refused = [answer["status"] for answer in rush.answers if answer["status"] not in (200, 302)]
    entries = ModelLogEntry.objects.filter(action="activities.attendance.check_in", object_id=str(activity.pk))
    each = entries.values("user").distinct().count()
    missed = [
        *([f"{there} of {MEMBERS} are there"] if there != MEMBERS else []),
        *(
            [f"{entries.count()} check-ins of {each} members are logged"]
            if {entries.count(), each} != {MEMBERS}
            else []
        ),
        *([f"{len(refused)} requests refused ({sorted(set(refused))})"] if refused else []),
        *([f"the last was done after {rush.seconds:.1f} s"] if rush.seconds > SECONDS + 2 else []),
    ]
    return Result(f"{there} of {MEMBERS} checked in, each once, {len(refused)} refused; {rush.told()}", missed)
