"""Reminders are a kind of message of their own, so that they can be turned off by themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_organisation_founded")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("activity", "活动通知"),
                    ("reminder", "活动提醒"),
                    ("plot", "责任田"),
                    ("deployment", "下沉一线"),
                    ("suggestion", "建议办理"),
                    ("notice", "通知公告"),
                    ("update", "动态互动"),
                    ("system", "系统消息"),
                ],
                max_length=20,
                verbose_name="类别",
            ),
        ),
    ]
