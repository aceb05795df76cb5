"""Pages submitted for approval: who is told what, in which language, and what the workflow is called."""

import pytest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Task, Workflow

from home import moderation
from staff.models import Delivery, Notification, Preference
from tests.factories.home import make_news
from tests.factories.staff import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted():
    """A page that a colleague submitted, the office that approves it in English, and the colleague."""
    office, author = make_office(), make_staff()
    office.email = "office@example.com"
    office.save()
    Preference.objects.create(user=office, language="en")
    page = make_news(title="收购开秤")
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return page, office, author


def told(user):
    """What reached somebody."""
    return list(Notification.objects.filter(user=user).values_list("text", flat=True))


def test_the_office_is_told_in_its_language_and_by_the_worker(submitted, mailoutbox):
    page, office, _author = submitted
    assert told(office) == ["A page waits for your review: 收购开秤"]
    assert Notification.objects.get().address == f"/admin/pages/{page.pk}/edit/"
    assert Delivery.objects.filter(user=office).count() == 1 and not mailoutbox


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("approve", "您提交的页面已通过审核：收购开秤"),
        ("reject", "您提交的页面未通过审核：收购开秤。说明：请补照片"),
    ],
)
def test_who_submitted_it_is_told_what_came_of_it(submitted, step, said, mailoutbox):
    page, office, author = submitted
    with translation.override("en"):
        task = page.current_workflow_task_state
        getattr(task, step)(user=office, comment="请补照片")
    assert told(author) == [said] and not mailoutbox


def test_its_name_is_read_in_the_readers_language_and_kept_as_it_was(client, submitted):
    page, office, _author = submitted
    client.cookies["django_language"] = "en"
    client.force_login(office)
    for address in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_home"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200 and moderation.WORKFLOW not in answer.text
    assert "Party office review" in client.get(reverse("wagtailadmin_reports:workflow")).text
    with translation.override("en"):
        workflow, task = Workflow.objects.get(), Task.objects.get()
        assert workflow.name == task.name == "Party office review"
        workflow.save()
        task.save()
    with translation.override("zh-hans"):
        assert Workflow.objects.get().name == Task.objects.get().name == moderation.WORKFLOW
    assert Workflow.objects.filter(name=moderation.WORKFLOW).exists()
