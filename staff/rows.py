"""Tables that are stored all or none: what is wrong is said row by row."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class RowErrors(ValidationError):
    """Some rows of a table cannot be stored; `rows` has the error of each, by its place or its key."""

    def __init__(self, rows):
        super().__init__(_("有%(number)d行需要修改，尚未保存。") % {"number": len(rows)})
        self.rows = rows
