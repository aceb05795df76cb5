"""Five hundred phones come back from the field with twenty visits each; each sends them from two tabs at once."""

import uuid
from urllib.parse import urlencode

from portal.bench.stage import Result, Step

PHONES, VISITS, SECONDS = 500, 20, 60


def run(stage):
    """Each visit stored once, none lost, none refused."""
    from django.db.models import Count
    from django.utils import timezone
    from wagtail.models import ModelLogEntry

    from staff.choices import AssignmentRole
    from staff.models import Assignment, Plot, User, Visit

    phones = stage.members(PHONES, User.objects.get(username="secretary").member.branch)
    day = timezone.localdate()
    plots = Plot.objects.bulk_create(
        [Plot(name=f"田块{n}", unit=phone.member.unit, visit_interval=7) for n, phone in enumerate(phones)]
    )
    held = Assignment.objects.bulk_create(
        [
            Assignment(plot=plot, member=phone.member, role=AssignmentRole.TECHNICIAN, starts=day)
            for plot, phone in zip(plots, phones, strict=True)
        ]
    )
    queues = [(phone, queue(assignment, day)) for phone, assignment in zip(phones, held, strict=True)]
    rush = stage.rush([tab for one in queues for tab in (one, one)], within=SECONDS)
    stored = Visit.objects.filter(assignment__in=held)
    each = set(stored.values_list("assignment").annotate(n=Count("pk")).values_list("n", flat=True))
    logged = ModelLogEntry.objects.filter(
        action="staff.visit.record", object_id__in=[str(pk) for pk in stored.values_list("pk", flat=True)[:1000]]
    )
    refused = [answer["status"] for answer in rush.answers if not (answer["body"] or {}).get("stored")]
    wanted = PHONES * VISITS
    missed = [
        *([f"{stored.count()} of {wanted} are stored"] if stored.count() != wanted else []),
        *([f"phones have {sorted(each)} visits stored"] if each != {VISITS} else []),
        *([f"{logged.count()} of 1000 visits are logged"] if logged.count() != 1000 else []),
        *([f"{len(refused)} requests failed ({sorted(set(refused))})"] if refused else []),
    ]
    told = f"{stored.count()} of {wanted} visits stored, each sent twice, {len(refused)} requests failed"
    return Result(f"{told}; {rush.told()}", missed)


def queue(assignment, day):
    """What the phone sends: its visits one after the other."""
    url = f"/plots/{assignment.plot_id}/visit/"
    headers = {"X-Visit-Queue": "1"}
    steps = []
    for n in range(VISITS):
        fields = {
            "token": uuid.uuid4(),
            "queued": "on",
            "assignment": assignment.pk,
            "day": day.isoformat(),
            "households": n + 1,
            "summary": "查看烤房用火安全，提醒清理灶口杂物。",
            "findings-TOTAL_FORMS": 3,
            "findings-INITIAL_FORMS": 0,
        }
        steps.append(Step(url, body=urlencode(fields), headers=headers))
    return steps
