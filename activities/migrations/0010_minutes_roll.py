from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0009_minutes"),
    ]

    operations = [
        migrations.AddField(
            model_name="minutes",
            name="roll",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="leftout",
            name="reason",
            field=models.CharField(
                choices=[
                    ("illness", "长期患病"),
                    ("abroad", "出国6个月以上"),
                    ("stationed", "借调或派驻外地6个月以上"),
                    ("suspended", "留党察看或停止行使表决权"),
                ],
                max_length=12,
                verbose_name="原因",
            ),
        ),
    ]
