"""What all workbooks have in common: rows found by a key, refused twice in a file, checked dry and written in bulk."""

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from staff.log_actions import log_all

TELL_EVERY = 500


class Overtaken(Exception):
    """Somebody else changed a row between its check and its writing."""


class Register(Resource):
    """A resource that finds existing rows by a key in one reading, refuses a key twice in a file, and writes in bulk.

    import-export runs it dry: it turns rows into checked instances and errors. `write` stores them afterwards.
    """

    model = None
    key_columns = ()
    unique_fields = ()

    class Meta:
        skip_diff = True
        skip_html_diff = True
        store_instance = True
        store_row_values = False
        report_skipped = True
        instance_loader_class = BaseInstanceLoader
        import_id_fields = ()

    def __init__(self, row_numbers=(), tell=lambda share: None, **kwargs):
        super().__init__(**kwargs)
        self.row_numbers, self.tell = row_numbers, tell
        self.seen = {}
        self.existing = {self.key_of(row): row for row in self.rows()}

    @classmethod
    def columns(cls):
        """The columns in their order."""
        return list(cls.fields.values())

    @classmethod
    def head_of(cls, attribute):
        """The head of the column that fills `attribute`, or empty."""
        return next((column.head for column in cls.columns() if column.attribute == attribute), "")

    def rows(self):
        """What is stored already."""
        return self.model.objects.all()

    def key_of(self, instance):
        """What tells one row from another."""
        return tuple(getattr(instance, name) for name in self.unique_fields)

    def key(self, row):
        """The key that a row of the file names, or None while it cannot be read."""
        try:
            values = [self.fields[name].clean(row) for name in self.key_columns]
        except ValueError:
            return None
        return tuple(getattr(value, "pk", value) for value in values)

    def before_import_row(self, row, row_number=None, **kwargs):
        """Refuse a key that an earlier row of the file has."""
        if row_number % TELL_EVERY == 0 and self.row_numbers:
            self.tell(row_number / len(self.row_numbers))
        key = self.key(row)
        if key is None:
            return
        here = self.row_numbers[row_number - 1] if self.row_numbers else row_number
        if key in self.seen:
            attribute = self.fields[self.key_columns[-1]].attribute
            raise ValidationError({attribute: _("与第%(row)s行重复。") % {"row": self.seen[key]}})
        self.seen[key] = here

    def get_or_init_instance(self, instance_loader, row):
        """The stored row of that key, or a new one."""
        found = self.existing.get(self.key(row))
        return (found, False) if found is not None else (self.model(), True)

    def after_init_instance(self, instance, new, row, **kwargs):
        """Remember what stood there, to tell a change from none."""
        instance.stood = None if new else self.snapshot(instance)

    def snapshot(self, instance):
        """The stored values of the columns."""
        return {
            field.attname: getattr(instance, field.attname)
            for field in self.model._meta.concrete_fields
            if not field.primary_key
        }

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Check the fields, and the row as a whole once its cells are right.

        Foreign keys come from rows just read and uniqueness from the key: asking the database for each row again
        would cost minutes. What it holds besides, it refuses at writing.
        """
        errors = dict(import_validation_errors or {})
        given = {field.name for field in self.model._meta.fields if isinstance(field, ForeignKey)}
        try:
            instance.clean_fields(exclude={*errors, *self._unasked(), *given})
            if not errors:
                instance.clean()
                self.check(instance)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _unasked(self):
        asked = {column.attribute for column in self.columns()}
        return {field.name for field in self.model._meta.fields if field.name not in asked}

    def check(self, instance):
        """Rules of the workbook beyond the model's own."""

    def update_fields(self):
        """What an existing row takes from the file."""
        names = {field.name for field in self.model._meta.concrete_fields}
        return [column.attribute for column in self.columns() if column.attribute in names - set(self.unique_fields)]

    def hold(self, changed):
        """Lock the stored rows that will change. Raises Overtaken when one is no longer what was checked."""
        for start in range(0, len(changed), 500):
            checked = {row.pk: row.stood for row in changed[start : start + 500]}
            stored = self.model.objects.select_for_update(of=("self",)).filter(pk__in=checked)
            fresh = {row.pk: Register.snapshot(self, row) for row in stored}
            if any(fresh.get(pk) != {name: stood[name] for name in fresh.get(pk, {})} for pk, stood in checked.items()):
                raise Overtaken

    def differences(self, instance):
        """What a changed row changes: (column, before, after) of each column, in words."""
        for column in self.columns():
            name = column.attribute
            if name not in {field.name for field in self.model._meta.concrete_fields}:
                continue
            known = self.model._meta.get_field(name)
            before, after = instance.stood[known.attname], getattr(instance, known.attname)
            if before != after:
                yield column, self._in_words(known, column, before), self._in_words(known, column, after)

    def _in_words(self, known, column, value):
        if value is None:
            return ""
        if isinstance(known, ForeignKey):
            return next((str(row) for row in column.widget.known.values() if row and row.pk == value), str(value))
        return str(dict(known.flatchoices).get(value, value))

    def write(self, *, new, changed, by):
        """Store what was checked, and log it."""
        self.model.objects.bulk_create(new, batch_size=500)
        if changed:
            self.model.objects.bulk_create(
                changed,
                batch_size=500,
                update_conflicts=True,
                unique_fields=self.unique_fields,
                update_fields=self.update_fields(),
            )
        log_all("wagtail.create", [(instance, {"import": True}) for instance in new], by=by)
        log_all("wagtail.edit", [(instance, {"import": True}) for instance in changed], by=by)
