"""Calling an activity: who is added or left out, what people were sent and answer, deadlines and reminders."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_suggestion_sessions"),
        ("staff", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="sign_up_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="报名截止"),
        ),
        migrations.AddField(
            model_name="activity",
            name="hour_reminder",
            field=models.BooleanField(default=False, verbose_name="开始前1小时再提醒"),
        ),
        migrations.AddField(
            model_name="activity",
            name="day_reminder_for",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="activity",
            name="hour_reminder_for",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="signup",
            name="at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="报名时间"),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="通知时间")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="查看时间")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="提醒时间")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("open", "未答复"),
                            ("coming", "参加"),
                            ("asked", "请假待批"),
                            ("approved", "已准假"),
                            ("refused", "不准假"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="答复",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="请假事由")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                ("decision", models.CharField(blank=True, max_length=200, verbose_name="不准假原因")),
                (
                    "attendance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitation",
                        to="activities.attendance",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "活动通知与答复",
                "verbose_name_plural": "活动通知与答复",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer__in", ("open", "coming")),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="leave_asked_with_a_reason",
                        violation_error_message="请填写请假事由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "refused"), _negated=True),
                            models.Q(("decision", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="leave_refused_with_a_reason",
                        violation_error_message="请填写不准假的原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("added", "增列"), ("left_out", "不列入")], max_length=10, verbose_name="调整"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_changes",
                        to="activities.activity",
                    ),
                ),
                (
                    "by",
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
                        related_name="list_changes",
                        to="staff.member",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "名单调整",
                "verbose_name_plural": "名单调整",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "member"), name="list_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "left_out"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="left_out_with_a_reason",
                        violation_error_message="请填写不列入名单的原因。",
                    ),
                ],
            },
        ),
    ]
