"""Pages of long registers: the last costs what the first does."""

from django.core.paginator import Paginator


class RegisterPaginator(Paginator):
    """Finds the keys of a page's rows by the index of the order alone, from the nearer end; then these rows in full.

    `count` is how many rows there are, for those who know; `whole` answers the rows of some keys, with all that is
    shown of them and in the order of `object_list`.
    """

    def __init__(self, object_list, per_page, *, count, whole, **kwargs):
        super().__init__(object_list, per_page, **kwargs)
        self.count = count
        self.whole = whole

    def page(self, number):
        """The page of that number; `object_list` is a queryset that lies in order."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        keys = self.object_list.values_list("pk", flat=True)
        if bottom > self.count // 2:
            keys = keys.reverse()[self.count - top : self.count - bottom]
        else:
            keys = keys[bottom:top]
        return self._get_page(self.whole(list(keys)), number, self)
