"""Questions that nearly every page asks: their SQL is built once in the life of a process, not once a request.

Building SQL from a queryset takes Django longer than the database takes to answer it. What is kept here is text alone,
never an answer.
"""

from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models.query import ModelIterable, get_related_populators


class Prepared:
    """A queryset of which only some values differ each time it is asked.

    `build` makes it from `marks`: values by name that stand nowhere else in it, numbers or days, and whose places are
    taken by those given to `rows`.
    """

    def __init__(self, build, **marks):
        self.build = build
        self.marks = marks

    @cached_property
    def _queryset(self):
        return self.build(**self.marks)

    @cached_property
    def _compiled(self):
        """The compiler with its SQL, and the values in their order: constants, or the names of what is given."""
        compiler = self._queryset.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        names = {str(mark): name for name, mark in self.marks.items()}
        places = [(names.get(str(value)), value) for value in values]
        if {name for name, _value in places if name} != set(self.marks):
            raise ValueError("A mark is not among the values of the query.")
        return compiler, sql, places

    @cached_property
    def _columns(self):
        """How a row becomes an object and those that `select_related` brings along, as Django itself does it."""
        compiler, _sql, _places = self._compiled
        known, fields = compiler.klass_info, compiler.klass_info["select_fields"]
        first, last = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in compiler.select[first:last]]
        populators = get_related_populators(known, compiler.select, connection.alias)
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return known["model"], first, last, names, populators, converters, compiler.annotation_col_map.items()

    def tuples(self, **values):
        """The rows as the database gives them: for numbers and texts, which need no conversion."""
        _compiler, sql, places = self._compiled
        for name, value in values.items():
            if isinstance(value, date):
                values[name] = connection.ops.adapt_datefield_value(value)
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[name] if name else value for name, value in places])
            return cursor.fetchall()

    def objects(self, **values):
        """The rows as objects of the model."""
        if self._queryset._iterable_class is not ModelIterable:
            raise TypeError("Only whole objects are made of rows.")
        compiler, _sql, _places = self._compiled
        model, first, last, names, populators, converters, annotations = self._columns
        found = []
        rows = compiler.apply_converters(self.tuples(**values), converters) if converters else self.tuples(**values)
        for row in rows:
            one = model.from_db(connection.alias, names, row[first:last])
            for populator in populators:
                populator.populate(row, one)
            for name, column in annotations:
                setattr(one, name, row[column])
            found.append(one)
        return found
