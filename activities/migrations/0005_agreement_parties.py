"""Parties with contacts and signatories, progress with its history, matched needs, and the rule of what is dormant."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PARTY = migrations.CreateModel(
    name="AgreementParty",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        (
            "jointagreement",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sides",
                to="activities.jointagreement",
            ),
        ),
        (
            "partyorganisation",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreement_sides",
                to="staff.partyorganisation",
                verbose_name="党组织",
            ),
        ),
    ],
    options={
        "verbose_name": "共建方",
        "verbose_name_plural": "共建方",
        "db_table": "activities_jointagreement_parties",
        "ordering": ["pk"],
        "unique_together": {("jointagreement", "partyorganisation")},
    },
)
THROUGH = migrations.AlterField(
    model_name="jointagreement",
    name="parties",
    field=models.ManyToManyField(
        related_name="agreements",
        through="activities.AgreementParty",
        through_fields=("jointagreement", "partyorganisation"),
        to="staff.partyorganisation",
        verbose_name="共建各方",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_study"),
        ("staff", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The table of parties stands already: it only gets a model of its own.
        migrations.SeparateDatabaseAndState(state_operations=[PARTY, THROUGH]),
    ]
