"""The database's own guards outlive an upgrade."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from staff.models import Posting
from tests.factories.staff import make_posting


@pytest.mark.django_db(transaction=True)
def test_a_portal_that_holds_postings_can_be_upgraded_and_still_refuses_overlaps():
    """An upgrade rebuilds tables that the guards read, and puts the guards back."""
    posting = make_posting()
    call_command("migrate", "staff", "0001", verbosity=0)
    call_command("migrate", verbosity=0)

    again = Posting.objects.get(pk=posting.pk)
    again.pk, again.starts = None, again.ends
    again.ends = again.starts + timedelta(days=9)
    with pytest.raises(IntegrityError, match="posting_days_overlap"), transaction.atomic():
        again.save(force_insert=True)
