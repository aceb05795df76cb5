"""Contacts and signatories of parties, progress in per cent with its history, and the rule of what is dormant."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0005_agreement_parties"),
        ("staff", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "dormant_months",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="几个月无活动为沉寂",
                    ),
                ),
                (
                    "ending_days",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="到期前几天提示",
                    ),
                ),
                (
                    "source",
                    models.CharField(default="共建协议约定：每季度对账一次", max_length=120, verbose_name="依据"),
                ),
            ],
            options={
                "verbose_name": "共建协议提示规则",
                "verbose_name_plural": "共建协议提示规则",
            },
        ),
        migrations.CreateModel(
            name="ItemNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("percent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="进度")),
                ("text", models.CharField(blank=True, max_length=1000, verbose_name="进展情况")),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "进展记录",
                "verbose_name_plural": "进展记录",
                "ordering": ["-day", "-pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="agreementitem",
            options={
                "ordering": ["list", models.OrderBy(models.F("due"), nulls_last=True), "pk"],
                "verbose_name": "清单事项",
                "verbose_name_plural": "清单事项",
            },
        ),
        migrations.AddField(
            model_name="agreementitem",
            name="meets",
            field=models.ManyToManyField(
                blank=True, related_name="met_by", to="activities.agreementitem", verbose_name="对接的需求"
            ),
        ),
        migrations.AddField(
            model_name="agreementitem",
            name="owner_name",
            field=models.CharField(blank=True, max_length=40, verbose_name="共建单位责任人"),
        ),
        migrations.AddField(
            model_name="agreementitem",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.partyorganisation",
                verbose_name="配合方",
            ),
        ),
        migrations.AddField(
            model_name="agreementitem",
            name="percent",
            field=models.PositiveSmallIntegerField(
                default=0,
                validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)],
                verbose_name="进度",
            ),
        ),
        migrations.AddField(
            model_name="agreementitem",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="agreementparty",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="staff.member",
                verbose_name="联系人",
            ),
        ),
        migrations.AddField(
            model_name="agreementparty",
            name="contact_name",
            field=models.CharField(blank=True, max_length=40, verbose_name="联系人姓名"),
        ),
        migrations.AddField(
            model_name="agreementparty",
            name="contact_phone",
            field=models.CharField(blank=True, max_length=30, verbose_name="联系电话"),
        ),
        migrations.AddField(
            model_name="agreementparty",
            name="signatory",
            field=models.CharField(blank=True, max_length=40, verbose_name="签字人"),
        ),
        migrations.AlterField(
            model_name="jointagreement",
            name="goals",
            field=models.TextField(blank=True, max_length=20000, verbose_name="工作目标"),
        ),
        migrations.AlterField(
            model_name="jointagreement",
            name="measures",
            field=models.TextField(blank=True, max_length=20000, verbose_name="工作措施"),
        ),
        migrations.AlterField(
            model_name="jointagreement",
            name="principles",
            field=models.TextField(blank=True, max_length=20000, verbose_name="共建原则"),
        ),
        migrations.AlterField(
            model_name="jointagreement",
            name="safeguards",
            field=models.TextField(blank=True, max_length=20000, verbose_name="保障机制"),
        ),
        migrations.AddField(
            model_name="itemnote",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="itemnote",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="activities.agreementitem"
            ),
        ),
    ]
