"""A letter a year with its assessment, handovers, and what a phone says of a visit."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_shift_swaps")]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[("left", "离职"), ("moved", "调离本单位"), ("posted", "下沉派驻")],
                        max_length=8,
                        verbose_name="交接原因",
                    ),
                ),
                ("caused_on", models.DateField(verbose_name="原因发生日期")),
                ("day", models.DateField(verbose_name="交接日期")),
                ("open_matters", models.TextField(blank=True, max_length=2000, verbose_name="未了事项")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handovers",
                        to="staff.assignment",
                        verbose_name="原责任分工",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taken_over",
                        to="staff.assignment",
                        verbose_name="接手的责任分工",
                    ),
                ),
            ],
            options={
                "verbose_name": "责任田交接",
                "verbose_name_plural": "责任田交接",
                "ordering": ["-day", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment", "cause", "caused_on"),
                        name="handover_once_a_cause",
                        violation_error_message="该责任田已办理交接。",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="assessed_on",
            field=models.DateField(blank=True, null=True, verbose_name="评价日期"),
        ),
        migrations.AddField(
            model_name="letter",
            name="assessment",
            field=models.TextField(blank=True, max_length=2000, verbose_name="年终评价"),
        ),
        migrations.AddField(
            model_name="letter",
            name="signed_for_unit_by",
            field=models.CharField(blank=True, max_length=40, verbose_name="单位签订人"),
        ),
        migrations.AddField(
            model_name="visit",
            name="flagged",
            field=models.BooleanField(default=False, editable=False, verbose_name="责任期外"),
        ),
        migrations.AddField(
            model_name="visit",
            name="place",
            field=models.CharField(
                blank=True,
                max_length=40,
                validators=[
                    django.core.validators.RegexValidator(r"^-?\d{1,2}\.\d{1,6},-?\d{1,3}\.\d{1,6}$", "位置有误。")
                ],
                verbose_name="位置",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="letters",
                to="staff.assignment",
                verbose_name="责任分工",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="year",
            field=models.PositiveSmallIntegerField(
                validators=[
                    django.core.validators.MinValueValidator(2000),
                    django.core.validators.MaxValueValidator(2099),
                ],
                verbose_name="年度",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                fields=("assignment", "year"),
                name="letter_once_a_year",
                violation_error_message="该责任人本年度的目标责任书已建立。",
            ),
        ),
    ]
