"""Webhooks and secrets of robots are encrypted, those that are there already, too."""

from django.db import migrations

import staff.sealed


def seal(apps, schema_editor):
    """Store each anew: reading takes what is not sealed as it is, storing seals it."""
    robots = apps.get_model("staff", "Robot").objects.using(schema_editor.connection.alias)
    for robot in robots.all():
        robot.save(update_fields=["url", "secret"])


def unseal(apps, schema_editor):
    """Store each as it was entered."""
    robots = apps.get_model("staff", "Robot").objects.using(schema_editor.connection.alias)
    for robot in robots.all():
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("UPDATE staff_robot SET url=%s, secret=%s WHERE id=%s", [robot.url, robot.secret, robot.pk])


class Migration(migrations.Migration):
    dependencies = [("staff", "0009_imports_and_moves")]

    operations = [
        migrations.AlterField("robot", "url", staff.sealed.SealedField(blank=True, verbose_name="Webhook 地址")),
        migrations.AlterField("robot", "secret", staff.sealed.SealedField(blank=True, verbose_name="加签密钥")),
        migrations.RunPython(seal, unseal),
    ]
