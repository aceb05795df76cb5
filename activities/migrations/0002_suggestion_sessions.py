"""A session takes voices and shows them; what hangs on a suggestion: files, links, the one it was split from."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

TARGETS = ("plot", "finding", "project", "activity")
ONE = Q()
for _name in TARGETS:
    ONE |= Q(**{f"{name}__isnull": name != _name for name in TARGETS})


def target(to, label):
    """A link's foreign key."""
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=to, verbose_name=label
    )


def key():
    """The usual primary key."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0001_initial"),
        ("staff", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="suggestion",
            name="assigned_on",
            field=models.DateField(blank=True, null=True, verbose_name="交办日期"),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="split_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="activities.suggestion",
                verbose_name="拆分自",
            ),
        ),
        migrations.CreateModel(
            name="SuggestionSession",
            fields=[
                ("id", key()),
                ("question", models.CharField(max_length=120, verbose_name="议题")),
                ("moderated", models.BooleanField(default=False, verbose_name="先审后上屏")),
                ("opened_at", models.DateTimeField(verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "activity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="session", to="activities.activity"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "建议场次",
                "verbose_name_plural": "建议场次",
                "ordering": ["-opened_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at")),
                        name="session_ends_after_it_opens",
                        violation_error_message="结束时间不能早于开始时间。",
                    ),
                    models.CheckConstraint(condition=~Q(question=""), name="session_asks_a_question"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Voice",
            fields=[
                ("id", key()),
                ("shown", models.BooleanField(default=True, verbose_name="已上屏")),
                ("changed", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="voices",
                        to="activities.suggestionsession",
                    ),
                ),
                (
                    "suggestion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="voice", to="activities.suggestion"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场发言",
                "verbose_name_plural": "现场发言",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["session", "changed"], name="activities__session_d9e394_idx")],
            },
        ),
        migrations.CreateModel(
            name="SuggestionFile",
            fields=[
                ("id", key()),
                ("file", models.FileField(upload_to="suggestions/%Y/%m/")),
                ("name", models.CharField(max_length=100, verbose_name="文件名")),
                ("photo", models.BooleanField(default=False, verbose_name="照片")),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="activities.suggestion"
                    ),
                ),
            ],
            options={"verbose_name": "建议附件", "verbose_name_plural": "建议附件", "ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="SuggestionLink",
            fields=[
                ("id", key()),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="activities.suggestion"
                    ),
                ),
                ("plot", target("staff.plot", "责任田")),
                ("finding", target("staff.finding", "走访问题")),
                ("project", target("activities.agreementitem", "共建项目")),
                ("activity", target("activities.activity", "活动")),
            ],
            options={
                "verbose_name": "关联事项",
                "verbose_name_plural": "关联事项",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=ONE,
                        name="suggestion_link_names_one_thing",
                        violation_error_message="每条关联只能指向一个事项。",
                    ),
                    *(
                        models.UniqueConstraint(
                            fields=["suggestion", name],
                            condition=Q(**{f"{name}__isnull": False}),
                            name=f"suggestion_link_{name}_once",
                            violation_error_message="已经关联过。",
                        )
                        for name in TARGETS
                    ),
                ],
            },
        ),
    ]
