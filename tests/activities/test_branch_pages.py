"""A branch's page costs at most twenty queries for every reader and kind of organisation, whatever stands on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from staff.audience import Audience
from tests.factories.activities import make_activity, make_activity_page, make_branch_page, moment
from tests.factories.staff import make_manager, make_office, make_organisation, make_secretary, make_staff

pytestmark = pytest.mark.django_db


def picture():
    """An image of its own."""
    return get_image_model().objects.create(title="活动照片", file=get_test_image_file())


def grow(organisation, times):
    """`times` coming activities of the organisation and as many past ones, told with a picture."""
    for number in range(times):
        make_activity(organisation, starts=moment(number + 1))
        past = make_activity(organisation, starts=moment(-48 - number))
        make_activity_page(past, audience=Audience.BUREAU, picture=picture())


def cost(client, url):
    """The queries of a second visit, when caches are warm."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("kind", ["committee", "general", "branch"])
def test_a_page_costs_twenty_queries_at_most_for_every_reader(client, kind):
    organisation = make_organisation(kind=kind)
    page = make_branch_page(organisation, picture=picture())
    users = [make_staff(), make_secretary(organisation), make_manager(organisation.unit), make_office()]
    found = []
    for times in (3, 27):
        grow(organisation, times)
        costs = []
        for user in users:
            client.force_login(user)
            costs.append(cost(client, page.url))
        found.append(costs)
    assert found[0] == found[1]
    assert max(found[0]) <= 20


def test_the_list_of_branches_is_folded_by_bureau_with_ones_own_open(client):
    here, away = make_organisation(), make_organisation()
    for organisation in (here, away):
        make_branch_page(organisation)
    client.force_login(make_secretary(here))
    answer = client.get("/branches/")
    bureaus = {bureau.name: bureau for bureau in answer.context["bureaus"]}
    assert bureaus[here.unit.name].own and not bureaus[away.unit.name].own
    assert bureaus[here.unit.name].branches == 1
    for name, _kind, address in bureaus[away.unit.name].pages:
        assert client.get(address).context["organisation"].name == name
