"""Pages of long registers: the last costs what the first does."""

from django.core.paginator import Paginator


class RegisterPaginator(Paginator):
    """Finds the keys of a page's rows by the index of the order alone, from the nearer end; then these rows in full."""

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
        return self._get_page(self.object_list.filter(pk__in=list(keys)), number, self)
