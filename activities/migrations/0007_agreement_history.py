"""What was known of contacts and progress is carried over into the tables that hold it now."""

from django.db import migrations, models


def carry_over(apps, schema_editor):
    """The contact becomes the lead's, what was written of progress its first note, what is done a hundred per cent."""
    agreements, items, notes, parties, rules = (
        apps.get_model("activities", name)
        for name in ("JointAgreement", "AgreementItem", "ItemNote", "AgreementParty", "AgreementRule")
    )
    for agreement in agreements.objects.exclude(contact=None):
        lead = parties.objects.filter(jointagreement=agreement, partyorganisation=agreement.lead_id)
        lead.update(contact=agreement.contact_id)
    for item in items.objects.exclude(progress="").select_related("agreement"):
        notes.objects.create(item=item, day=item.due or item.agreement.starts, text=item.progress)
    items.objects.filter(state="done").update(percent=100)
    rules.objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_agreement_progress")]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="agreementitem",
            name="progress",
        ),
        migrations.RemoveField(
            model_name="jointagreement",
            name="contact",
        ),
        migrations.AddConstraint(
            model_name="agreementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="agreement_item_percent_is_one",
                violation_error_message="进度须在0至100之间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("percent", 100), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("percent__lt", 100)),
                    _connector="OR",
                ),
                name="agreement_item_is_done_at_a_hundred",
                violation_error_message="进度100即为已完成。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="agreement_rule_is_one", violation_error_message="只有一条规则。"
            ),
        ),
    ]
