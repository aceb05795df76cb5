"""Messages leave the portal as deliveries, on several channels; what waited as mail still goes out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_waiting_mail(apps, schema_editor):
    Delivery = apps.get_model("staff", "Delivery")
    waiting = apps.get_model("staff", "Notification").objects.filter(mail=True, mailed_at__isnull=True)
    Delivery.objects.bulk_create(
        [
            Delivery(key=f"mail:{pk}", channel="mail", user_id=user, notification_id=pk, next_at=created)
            for pk, user, created in waiting.values_list("pk", "user", "created_at")
        ]
    )


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0006_letters_and_handovers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, max_length=140, unique=True)),
                ('channel', models.CharField(choices=[('mail', '邮件'), ('digest', '邮件摘要'), ('robot', '个人机器人'), ('group', '单位群机器人')], max_length=10, verbose_name='渠道')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='内容')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('state', models.CharField(choices=[('waiting', '待发送'), ('sending', '发送中'), ('sent', '已发送'), ('dropped', '无需发送'), ('failed', '未送达')], default='waiting', max_length=10, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('next_at', models.DateTimeField(verbose_name='下次发送')),
                ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='发送时间')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='原因')),
            ],
            options={
                'verbose_name': '外发消息',
                'verbose_name_plural': '外发消息',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Robot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(choices=[('dingtalk', '钉钉'), ('wecom', '企业微信'), ('feishu', '飞书')], default='dingtalk', max_length=10, verbose_name='平台')),
                ('url', models.CharField(blank=True, max_length=400, verbose_name='Webhook 地址')),
                ('secret', models.CharField(blank=True, max_length=120, verbose_name='加签密钥')),
            ],
            options={
                'verbose_name': '群机器人',
                'verbose_name_plural': '群机器人',
            },
        ),
        migrations.AddField(
            model_name='preference',
            name='digest_hour',
            field=models.PositiveSmallIntegerField(choices=[(0, '00:00'), (1, '01:00'), (2, '02:00'), (3, '03:00'), (4, '04:00'), (5, '05:00'), (6, '06:00'), (7, '07:00'), (8, '08:00'), (9, '09:00'), (10, '10:00'), (11, '11:00'), (12, '12:00'), (13, '13:00'), (14, '14:00'), (15, '15:00'), (16, '16:00'), (17, '17:00'), (18, '18:00'), (19, '19:00'), (20, '20:00'), (21, '21:00'), (22, '22:00'), (23, '23:00')], default=8, verbose_name='发送时间'),
        ),
        migrations.AddField(
            model_name='preference',
            name='robot_muted',
            field=models.JSONField(blank=True, default=list, verbose_name='不发群机器人的类别'),
        ),
        migrations.AlterField(
            model_name='preference',
            name='digest',
            field=models.CharField(choices=[('never', '不发送'), ('daily', '每天'), ('weekly', '每周一')], default='never', max_length=10, verbose_name='邮件摘要'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='digest_at_an_hour_of_the_day'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='notification',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='staff.notification'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号'),
        ),
        migrations.AddField(
            model_name='robot',
            name='user',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='robot', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['state', 'next_at'], name='staff_deliv_state_3bb1f0_idx'),
        ),
        migrations.AddConstraint(
            model_name='robot',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('user__isnull', True)), name='one_robot_of_the_bureau'),
        ),
        migrations.RunPython(keep_waiting_mail, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='notification',
            name='mail',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='mailed_at',
        ),
    ]
