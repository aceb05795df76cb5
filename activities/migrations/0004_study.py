import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0003_calls"),
        ("staff", "0003_organisation_founded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="meetingrule",
            name="study_hours",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="参加一次计入学习教育的学时；0表示不计。", verbose_name="每次计学时"
            ),
        ),
        migrations.CreateModel(
            name="StudyRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "duty",
                    models.CharField(
                        choices=[("member", "党员"), ("committee", "书记和班子成员")],
                        max_length=10,
                        unique=True,
                        verbose_name="对象",
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField(verbose_name="每年学时")),
                ("source", models.CharField(max_length=120, verbose_name="依据")),
            ],
            options={
                "verbose_name": "学习教育学时",
                "verbose_name_plural": "学习教育学时",
                "ordering": ["hours", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("duty", "member"), ("hours__gte", 32)),
                            models.Q(("duty", "committee"), ("hours__gte", 56)),
                            _connector="OR",
                        ),
                        name="study_hours_are_not_below_their_source",
                        violation_error_message="学时可以多于规定，不能少于规定：党员32学时，书记和班子成员56学时。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StudyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("title", models.CharField(max_length=120, verbose_name="学习内容")),
                ("hours", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="学时")),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="study_records",
                        to="staff.member",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "学习记录",
                "verbose_name_plural": "学习记录",
                "ordering": ["-day", "pk"],
                "indexes": [models.Index(fields=["member", "day"], name="activities__member__08e57f_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "day", "title"),
                        name="study_once",
                        violation_error_message="该人员当天的这项学习已登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0), ("hours__lte", 80)),
                        name="study_hours_are_possible",
                        violation_error_message="学时须大于0，每次不超过80学时。",
                    ),
                ],
            },
        ),
    ]
