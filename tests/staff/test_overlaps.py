"""The database's own guards outlive an upgrade."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import pre_migrate

from staff import overlaps
from staff.models import Posting
from tests.factories.staff import make_posting


@pytest.mark.django_db(transaction=True)
def test_a_portal_that_holds_postings_can_be_upgraded_and_still_refuses_overlaps():
    """What a migration does to the table that the guards read: it may rebuild it, and the guards come back."""
    posting, staff = make_posting(), apps.get_app_config("staff")
    field = Posting._meta.get_field("duty")
    wider = models.CharField(max_length=field.max_length + 1)
    wider.set_attributes_from_name(field.name)
    for old, new in ((field, wider), (wider, field)):
        pre_migrate.send(sender=staff, app_config=staff, using="default", plan=[(old, False)])
        with connection.schema_editor() as editor:
            editor.alter_field(Posting, old, new)
        overlaps.install_after_migrate(using="default")

    again = Posting.objects.get(pk=posting.pk)
    again.pk, again.starts = None, again.ends
    again.ends = again.starts + timedelta(days=9)
    with pytest.raises(IntegrityError, match="posting_days_overlap"), transaction.atomic():
        again.save(force_insert=True)
