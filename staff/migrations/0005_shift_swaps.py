"""A request to swap names both people and both shifts, so that it reads the same afterwards; nobody could ask for one
before, so the old table was empty. The person's own statement stands beside the two opinions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_reminders")]

    operations = [
        migrations.DeleteModel(name="SwapRequest"),
        migrations.CreateModel(
            name="SwapRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待对方同意"),
                            ("agreed", "待单位批准"),
                            ("approved", "已批准"),
                            ("refused", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="对方答复时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="单位决定时间")),
                (
                    "from_posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.posting",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "return_shift",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.shift",
                        verbose_name="换回班次",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="swaps",
                        to="staff.shift",
                        verbose_name="班次",
                    ),
                ),
                (
                    "to_posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.posting",
                        verbose_name="换班对象",
                    ),
                ),
            ],
            options={
                "verbose_name": "换班申请",
                "verbose_name_plural": "换班申请",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "agreed"))),
                        fields=("shift", "from_posting"),
                        name="swap_once_open",
                        violation_error_message="这个班次已有待处理的换班申请。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_posting", models.F("to_posting")), _negated=True),
                        name="swap_with_another",
                        violation_error_message="换班对象不能是本人。",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="opinion",
            name="side",
            field=models.CharField(
                choices=[("host", "接收单位"), ("home", "派出支部"), ("self", "本人")],
                max_length=5,
                verbose_name="鉴定方",
            ),
        ),
    ]
