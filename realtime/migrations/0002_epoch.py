from django.db import migrations


def name_the_database(apps, schema_editor):
    apps.get_model("realtime", "Epoch").objects.create()


class Migration(migrations.Migration):
    dependencies = [("realtime", "0001_initial")]
    operations = [migrations.RunPython(name_the_database, migrations.RunPython.noop)]
