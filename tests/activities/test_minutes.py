"""Minutes: one a kind and host, never overwritten, signed by two, corrected in the open."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document
from wagtail.admin.viewsets import viewsets
from wagtail.models import ModelLogEntry

from activities import decisions, log_actions, minutes, motions, votes
from activities.choices import AttendanceState, GuestKind, Kind, MinutesState
from activities.models import Activity, ActivityPage, Decision, Minutes, Motion, Speech
from staff import overlaps
from staff.choices import PartyStatus
from staff.models import Notification
from tests.activities.meetings import address, leave_out, meeting, refused, vote
from tests.factories.activities import (
    make_activity,
    make_attendance,
    make_branch_index,
    make_guest,
    make_minutes,
    moment,
)
from tests.factories.staff import (
    make_member,
    make_office,
    make_organisation,
    make_secretary,
    make_staff,
    today,
)

pytestmark = pytest.mark.django_db


def save(row, by, *, version, **fields):
    return minutes.save(
        **{
            "activity": row.activity,
            "kind": row.kind,
            "organisation": row.organisation,
            "version": version,
            "chair": row.chair,
            "recorder": row.recorder,
            "agenda": "",
            "text": "内容",
            "speeches": [],
            "at": moment(),
            "by": by,
            **fields,
        }
    )


def test_two_editors_never_overwrite_each_other():
    row, first, second = meeting(), make_office(), make_office()
    saved = save(row, first, version=1, text="甲的内容")
    with pytest.raises(ValidationError) as refusal:
        save(row, second, version=1, text="乙的内容")
    assert refusal.value.code == "stale"
    row.refresh_from_db()
    assert (row.text, row.version, row.changed_by) == ("甲的内容", saved.version, first)
    assert save(row, second, version=saved.version, text="乙的内容").text == "乙的内容"


def test_what_did_not_change_is_no_new_version_and_no_line_in_the_log():
    row, by = meeting(), make_office()
    said = [(row.members[2], row.members[2].name, "同意"), (None, "王社长", "感谢")]
    first = save(row, by, version=1, speeches=said)
    assert save(row, by, version=first.version, speeches=said).version == first.version
    assert list(row.speeches.values_list("name", "text")) == [(row.members[2].name, "同意"), ("王社长", "感谢")]
    save(row, by, version=first.version, text="再写几个字", speeches=said)
    assert len(logged("activities.minutes.save")) == 1


def test_the_same_sent_twice_is_no_clash():
    """A connection that is lost before the answer comes back sends again with the old version."""
    row, by = meeting(), make_office()
    first = save(row, by, version=1, text="写完了")
    assert save(row, by, version=1, text="写完了").version == first.version


def logged(action):
    return ModelLogEntry.objects.filter(action=action)


def test_another_content_needs_other_signatures():
    row = meeting()
    minutes.sign(minutes=row, member=row.chair, revision=row.revision, at=moment(), by=None)
    vote(row, y=8)
    row.refresh_from_db()
    assert row.chair_signed_at is None
    with pytest.raises(ValidationError) as refusal:
        minutes.sign(minutes=row, member=row.chair, revision=1, at=moment(), by=None)
    assert refusal.value.code == "stale"


def form(row, **fields):
    """What the form of the minutes sends."""
    return {
        "version": row.version if row else 0,
        "chair": row.chair.employee_number if row and row.chair else "",
        "recorder": row.recorder.employee_number if row and row.recorder else "",
        "agenda": "",
        "text": "内容",
        "speech-TOTAL_FORMS": 0,
        "speech-INITIAL_FORMS": 0,
        **fields,
    }


JSON = {"Accept": "application/json"}


def test_a_draft_saves_itself_while_a_name_is_still_being_typed(client):
    row = meeting()
    client.force_login(make_office())
    speech = {"speech-TOTAL_FORMS": 2, "speech-0-speaker": row.members[2].name, "speech-0-said": "我同意"}
    sent = form(row, chair="李", text="写到一半", **speech, **{"speech-1-speaker": "村支书", "speech-1-said": "欢迎"})
    answer = client.post(address("minutes", row), sent, headers=JSON)
    assert answer.status_code == 200 and answer.json()["version"] == 2
    row.refresh_from_db()
    assert (row.text, row.chair) == ("写到一半", row.members[0])
    assert list(row.speeches.values_list("member", "name")) == [
        (row.members[2].pk, row.members[2].name),
        (None, "村支书"),
    ]


def test_the_second_editor_sees_both_texts_and_keeps_their_own(client):
    row = meeting()
    save(row, make_office(), version=1, text="甲写的内容")
    client.force_login(make_office())
    answer = client.post(address("minutes", row), form(row, text="乙写的内容"), headers=JSON)
    assert answer.status_code == 409
    assert "甲写的内容" in answer.json()["html"] and answer.json()["version"] == 2
    page = client.post(address("minutes", row), form(row, text="乙写的内容"))
    assert page.status_code == 422
    assert "甲写的内容" in page.text and "乙写的内容" in page.text
    assert 'name="version" value="2"' in page.text
    assert client.post(address("minutes", row), form(row, text="乙写的内容", version=2)).status_code == 302
    row.refresh_from_db()
    assert row.text == "乙写的内容"


@pytest.mark.parametrize(
    "wrong", [{"version": ""}, {"version": "x"}, {"text": "字" * 20001}, {"speech-TOTAL_FORMS": ""}]
)
def test_what_cannot_be_stored_is_answered_and_stores_nothing(client, wrong):
    row = meeting()
    client.force_login(make_office())
    for headers in (JSON, {}):
        assert client.post(address("minutes", row), form(row, **wrong), headers=headers).status_code == 422
    row.refresh_from_db()
    assert row.version == 1


# Kinds and hosts


def test_each_kind_and_each_host_has_minutes_of_its_own(client):
    ours, theirs = make_organisation(), make_organisation()
    kinds = [Kind.THEME_DAY, Kind.LECTURE]
    activity = make_activity(ours, co_hosts=[theirs], kinds=kinds, starts=moment(hours=-1))
    user = make_secretary(theirs)
    client.force_login(user)
    own = [reverse("activities:minutes", args=[activity.pk, kind, theirs.pk]) for kind in kinds]
    for url in own:
        assert client.post(url, form(None, chair=user.member.employee_number)).status_code == 302
    assert client.get(reverse("activities:minutes_of_lead", args=[activity.pk, kinds[0]]))["Location"] == own[0]
    foreign = reverse("activities:minutes", args=[activity.pk, Kind.THEME_DAY, ours.pk])
    assert client.post(foreign, form(None)).status_code == 404
    assert {(row.kind, row.organisation) for row in activity.minutes.all()} == {(kind, theirs) for kind in kinds}
    listed = client.get(reverse("activities:minutes_list", args=[activity.pk])).text
    assert all(url in listed for url in own) and foreign not in listed


@pytest.mark.parametrize("wrong", ["kind", "host"])
def test_minutes_of_another_kind_or_host_are_not_found(client, wrong):
    row = meeting()
    client.force_login(make_office())
    kind, host = (Kind.TALK, row.organisation_id) if wrong == "kind" else (row.kind, make_organisation().pk)
    assert client.get(reverse("activities:minutes", args=[row.activity_id, kind, host])).status_code == 404


def test_a_joint_meetings_roll_is_each_hosts_own():
    ours, theirs = make_organisation(), make_organisation()
    activity = make_activity(ours, co_hosts=[theirs], kinds=[Kind.GENERAL], starts=moment(hours=-1))
    for branch, number in ((ours, 3), (theirs, 2)):
        for _ in range(number):
            member = make_member(branch=branch, party_status=PartyStatus.FULL)
            make_attendance(activity=activity, member=member, state=AttendanceState.PRESENT)
    rows = [make_minutes(activity=activity, kind=Kind.GENERAL, organisation=host) for host in (ours, theirs)]
    assert [minutes.roll(row).expected for row in rows] == [3, 2]
    assert [votes.electorate(row).entitled for row in rows] == [3, 2]


def test_the_recorder_writes_the_minutes_and_the_members_read_them(client):
    branch = make_organisation()
    recorder, reader, stranger = make_staff(branch=branch), make_staff(branch=branch), make_staff()
    activity = make_activity(branch, starts=moment(hours=-1))
    make_attendance(activity=activity, member=reader.member, state=AttendanceState.PRESENT)
    row = make_minutes(activity=activity, recorder=recorder.member)
    for user, opens, saves in ((recorder, 200, 302), (reader, 200, 404), (stranger, 404, 404)):
        client.force_login(user)
        assert client.get(address("minutes", row)).status_code == opens
        assert client.post(address("minutes", row), form(row)).status_code == saves
        row.refresh_from_db()


def test_a_recorder_names_who_is_left_out_and_the_secretary_confirms(client):
    row = meeting(full=5, there=3)
    recorder = make_staff(branch=row.organisation)
    Minutes.objects.filter(pk=row.pk).update(recorder=recorder.member)
    client.force_login(recorder)
    sent = {"member": row.members[4].employee_number, "reason": "illness", "note": "住院"}
    assert client.post(address("minutes_left_out", row), sent).status_code == 302
    named = row.left_out.get()
    assert named.confirmed_by is None
    confirm = reverse("activities:left_out_confirm", args=[named.pk])
    assert client.post(confirm).status_code == 404
    client.force_login(make_secretary(row.organisation))
    assert client.post(confirm).status_code == 302
    assert row.left_out.get().confirmed_by is not None


# Signing, correcting


def signed(row=None):
    row = row or meeting()
    for member in (row.chair, row.recorder):
        row.refresh_from_db()
        minutes.sign(minutes=row, member=member, revision=row.revision, at=moment(), by=None)
    row.refresh_from_db()
    return row


def test_both_signatures_lock_the_minutes():
    row = meeting()
    minutes.sign(minutes=row, member=row.chair, revision=1, at=moment(), by=None)
    row.refresh_from_db()
    assert not row.is_locked
    minutes.sign(minutes=row, member=row.recorder, revision=1, at=moment(), by=None)
    row.refresh_from_db()
    assert row.is_locked


def test_signed_minutes_are_changed_by_nobody():
    row = meeting()
    motion = vote(row, y=8)
    decision = decisions.decide(minutes=row, text="走访", at=moment(), by=None)
    signed(row)
    by = make_office()
    for act in (
        lambda: save(row, by, version=row.version, text="改写"),
        lambda: vote(row, y=7, motion=motion),
        lambda: motions.remove(motion=motion, at=moment(), by=by),
        lambda: decisions.decide(minutes=row, text="另一件", at=moment(), by=by),
        lambda: decisions.remove(decision=decision, at=moment(), by=by),
        lambda: leave_out(row, row.members[9]),
        lambda: minutes.attach(minutes=row, papers=[], by=by),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == "locked"


def test_the_database_itself_keeps_signed_minutes_whatever_door_one_comes_by():
    """An admin, an API or a script that knows nothing of the rules: refused, and nothing is lost."""
    row = meeting()
    motion = vote(row, y=8)
    decision = decisions.decide(minutes=row, text="走访", at=moment(), by=None)
    speech = Speech.objects.create(minutes=row, number=1, name="周发言", text="同意")
    signed(row)
    row.text, speech.text = "改写", "反对"
    for act in (
        row.save,
        speech.save,
        lambda: Minutes.objects.filter(pk=row.pk).update(state="draft"),
        lambda: Minutes.objects.filter(pk=row.pk).update(roll=None),
        lambda: row.motions.update(votes_for=1),
        lambda: row.decisions.update(text="不走访"),
        lambda: Speech.objects.create(minutes=row, number=2, name="周发言", text="补一句"),
        lambda: Motion.objects.create(minutes=row, title="另一项", entitled=1, present=1, votes_for=1),
    ):
        with pytest.raises(DatabaseError, match=overlaps.LOCKED) as refusal, transaction.atomic():
            act()
        assert overlaps.message_for(refusal.value) == "已签字锁定，只能追加更正。"
    stored = Minutes.objects.get(pk=row.pk)
    assert stored.is_locked and stored.text == "传达文件。" and stored.motions.get().votes_for == 8
    assert stored.decisions.get().text == "走访" and stored.speeches.get().text == "同意"
    # What comes later than the signatures is not theirs.
    row.decisions.update(done_on=motion and today(), done_note="已办")
    assert type(decision).objects.get().done_note == "已办"


def test_no_admin_edits_minutes(settings):
    """They have no register in the admin, and the portal offers no API at all."""
    reverse("wagtailadmin_home")  # loads the registers
    registers = {getattr(view, "model", None) for view in viewsets.viewsets}
    assert Activity in registers and not registers & {Minutes, Motion, Speech, Decision}
    assert not [name for name in settings.INSTALLED_APPS if name.startswith(("wagtail.api", "ninja", "rest_framework"))]


def test_a_correction_is_a_revision_that_all_see_and_nobody_changes(client):
    row = signed()
    client.force_login(make_secretary(row.organisation))
    assert client.post(address("minutes_correct", row), {"correction-text": "时间应为9时30分"}).status_code == 302
    page = client.get(address("minutes", row)).text
    assert "传达文件" in page and "时间应为9时30分" in page
    with pytest.raises(DatabaseError), transaction.atomic():
        row.corrections.update(text="改写")
    assert row.corrections.get().text == "时间应为9时30分"


def test_the_roll_of_signed_minutes_stays_as_it_was_signed():
    row = signed(meeting(full=5, there=4))
    row.activity.attendances.update(state=AttendanceState.PRESENT)
    assert (minutes.roll(row).there, len(minutes.roll(row).absent)) == (4, 1)


@pytest.mark.parametrize("reason", ["empty", "roll", "early", "not_signer"])
def test_what_may_not_be_signed(reason):
    row = meeting()
    member = row.chair
    if reason == "empty":
        Minutes.objects.filter(pk=row.pk).update(text=" ")
    elif reason == "roll":
        row.activity.attendances.filter(member=row.members[5]).update(state=AttendanceState.EXPECTED)
    elif reason == "early":
        type(row.activity).objects.update(starts=moment(hours=1), ends=moment(hours=2))
    else:
        member = row.members[4]
    with pytest.raises(ValidationError) as refusal:
        minutes.sign(minutes=row, member=member, revision=1, at=moment(), by=None)
    assert refusal.value.code == reason


def test_the_states_of_minutes_are_those_of_the_table():
    assert set(minutes.TRANSITIONS) == set(MinutesState)
    sources = [Path(module.__file__) for module in (minutes, motions, decisions)]
    sources.append(Path(minutes.__file__).with_name("account.py"))
    actions = {name for path in sources for name in re.findall(r'action="([a-z._]+)"', path.read_text())}
    assert actions == {name for name in log_actions.ACTIONS if name.startswith("activities.minutes.")}


# Decisions


def test_a_decision_stands_on_its_owners_page_until_done(client):
    row, owner = meeting(), make_staff()
    decision = decisions.decide(
        minutes=row, text="核对台账", owner=owner.member, due=today(10), at=moment(), by=make_office()
    )
    assert Notification.objects.filter(user=owner, text__contains="核对台账").count() == 1
    client.force_login(owner)
    done = reverse("activities:decision_done", args=[decision.pk])
    assert done in client.get("/me/").text
    assert client.post(done, {"next": "/me/", "note": "已核对"})["Location"] == "/me/"
    assert done not in client.get("/me/").text
    decision.refresh_from_db()
    assert (decision.done_on, decision.done_note) == (today(), "已核对")


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_closing_a_decision_never_leads_out_of_the_portal(client, away):
    row, owner = meeting(), make_staff()
    decision = decisions.decide(minutes=row, text="走访", owner=owner.member, at=moment(), by=owner)
    client.force_login(owner)
    answer = client.post(reverse("activities:decision_done", args=[decision.pk]), {"next": away})
    assert answer["Location"] == row.activity.get_absolute_url()


def test_others_do_not_close_a_decision(client):
    row = meeting()
    decision = decisions.decide(minutes=row, text="走访", owner=row.members[3], at=moment(), by=None)
    client.force_login(make_staff())
    assert client.post(reverse("activities:decision_done", args=[decision.pk])).status_code == 404
    assert Decision.objects.owed_by(row.members[3]).count() == 1


def test_a_decision_is_not_due_before_the_meeting():
    refused("due", decisions.decide, minutes=meeting(), text="走访", due=today(-30), at=moment(), by=None)


# Pages


def test_a_motion_is_recorded_put_right_and_removed_on_its_page(client):
    row = meeting(full=10, there=8)
    client.force_login(make_office())
    url = address("minutes_motion", row)
    assert "2P &gt; E" in client.get(url).text
    sent = {"kind": "ordinary", "title": "年度计划", "votes_for": 9, "votes_against": 0, "abstained": 0}
    answer = client.post(url, sent)
    assert answer.status_code == 422 and 'id="id_votes_for_error"' in answer.text
    assert client.post(url, {**sent, "votes_for": 8}).status_code == 302
    motion = row.motions.get()
    page = client.get(address("minutes", row)).text
    assert "年度计划" in page and "E 10 · P 8 · Y 8" in page and "《中国共产党支部工作条例（试行）》" in page
    own = reverse("activities:motion", args=[motion.pk])
    assert client.post(own, {**sent, "votes_for": 5}).status_code == 302
    assert not row.motions.get().is_carried
    assert client.post(reverse("activities:motion_remove", args=[motion.pk])).status_code == 302
    assert not row.motions.exists()


@pytest.mark.parametrize("name", ["minutes_motion", "minutes_decide", "minutes_left_out"])
def test_forms_of_signed_minutes_lead_back_to_them(client, name):
    row = signed()
    client.force_login(make_secretary(row.organisation))
    assert client.post(address(name, row), {})["Location"] == address("minutes", row)


def test_files_of_minutes_are_read_by_those_who_read_the_minutes(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    row = meeting()
    secretary = make_secretary(row.organisation)
    client.force_login(secretary)
    paper = SimpleUploadedFile("方案.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    fake = SimpleUploadedFile("方案.pdf", b"<script>", content_type="application/pdf")
    assert client.post(address("minutes_attach", row), {"files-files": [paper]}).status_code == 302
    client.post(address("minutes_attach", row), {"files-files": [fake]})
    file = row.files.get()
    answer = client.get(file.file.url)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    client.force_login(make_staff())
    assert client.get(file.file.url).status_code == 404
    assert client.post(reverse("activities:minutes_detach", args=[file.pk])).status_code == 404
    client.force_login(secretary)
    assert client.post(reverse("activities:minutes_detach", args=[file.pk])).status_code == 302
    assert not row.files.exists()


def test_the_word_file_holds_what_the_rules_ask_for(client):
    row = meeting(full=4, there=3)
    make_guest(activity=row.activity, kind=GuestKind.OBSERVER, name="李列席", unit="纪检组")
    save(row, make_office(), version=1, agenda="学习文件", text="传达精神", speeches=[(None, "王社长", "感谢支持")])
    vote(row, y=3)
    decisions.decide(minutes=row, text="走访全部农户", owner=row.members[2], due=today(9), at=moment(), by=None)
    minutes.correct(minutes=signed(row), text="地点应为二楼", by=make_office())
    client.force_login(make_secretary(row.organisation))
    answer = client.get(address("minutes_paper", row))
    document = Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    text += "".join(cell.text for table in document.tables for rows in table.rows for cell in rows.cells)
    for words in (
        row.members[0].name, "学习文件", "传达精神", "王社长：感谢支持", "李列席（纪检组", "应到：4人　实到：3人",
        row.members[3].name, "赞成3票", "通过", "走访全部农户", row.members[2].name, "地点应为二楼", "（签字）",
    ):  # fmt: skip
        assert words in text, words
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    assert client.get(address("minutes_print", row)).status_code == 200


def test_an_account_is_begun_once_and_never_shows_the_minutes(client):
    make_branch_index()
    row = meeting(kind=Kind.THEME_DAY, state="held")
    save(row, make_office(), version=1, agenda="学习文件", text="内部讨论内容", speeches=[(None, "王社长", "心里话")])
    decisions.decide(minutes=row, text="走访全部农户", owner=row.members[2], at=moment(), by=None)
    client.force_login(make_secretary(row.organisation))
    for _ in range(2):
        answer = client.post(address("minutes_account", row))
        assert answer.status_code == 302 and "/admin/pages/" in answer["Location"]
    page = row.activity.page
    page.refresh_from_db()
    body = str(page.get_latest_revision_as_object().body.get_prep_value())
    assert not page.live
    assert body.count("走访全部农户") == 1 and "学习文件" in body
    for words in ("内部讨论内容", "心里话", row.members[2].name):
        assert words not in body


def test_what_has_no_page_has_no_account(client):
    row = meeting(kind=Kind.COMMITTEE, state="held")
    client.force_login(make_secretary(row.organisation))
    assert "起草活动报道" not in client.get(address("minutes", row)).text
    assert client.post(address("minutes_account", row))["Location"] == address("minutes", row)
    assert not ActivityPage.objects.filter(activity=row.activity).exists()
