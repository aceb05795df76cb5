from django.db import migrations, models


# As the sources have it: how often a kind is due, and of which branches.
PERIODS = {"general": "quarter", "committee": "month", "group": "month", "theme_day": "month"}
CONDITIONS = {"committee": "committee", "group": "groups"}
OWN = ("lecture", "joint", "volunteering", "study_visit")


def raise_to_the_sources(apps, schema_editor):
    """What was set looser than its source asks as much as the source."""
    rules = apps.get_model("activities", "MeetingRule").objects.exclude(kind__in=OWN)
    for rule in rules:
        every = PERIODS.get(rule.kind, rule.every)
        if rule.every != "month" and rule.every != every:
            rule.every, rule.times = every, 1
        if rule.condition != CONDITIONS.get(rule.kind):
            rule.condition = "always"
        rule.save(update_fields=["every", "times", "condition"])


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0012_suggestion_indexes'),
    ]

    operations = [
        migrations.RunPython(raise_to_the_sources, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='meetingrule',
            constraint=models.CheckConstraint(condition=models.Q(('every', 'month'), ('kind__in', ('lecture', 'joint', 'volunteering', 'study_visit')), models.Q(('every', 'quarter'), ('kind', 'general')), ('kind__in', ('life', 'appraisal', 'talk')), _connector='OR'), name='rule_is_due_as_often_as_its_source_says', violation_error_message='周期可以比规定短，不能比规定长。'),
        ),
        migrations.AddConstraint(
            model_name='meetingrule',
            constraint=models.CheckConstraint(condition=models.Q(('condition', 'always'), ('kind__in', ('lecture', 'joint', 'volunteering', 'study_visit')), models.Q(('condition', 'committee'), ('kind', 'committee')), models.Q(('condition', 'groups'), ('kind', 'group')), _connector='OR'), name='rule_applies_to_whom_its_source_names', violation_error_message='适用范围不能比规定窄。'),
        ),
    ]
