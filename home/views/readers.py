"""Who of one's people has done what a page asks of its readers, and who has not: a list, and a workbook."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from staff.views.lists import ScopedListView


class ReaderListView(ScopedListView):
    """The people whom the reader keeps, by whether they have done it.

    `domain` is the module that answers which pages, which people and how many; `done_at` names when somebody did it;
    `shows` the choices, the first one unasked, and `undone` that of them which shows who has not.
    """

    paginate_by = 50
    domain = None
    done_at = ""
    shows = ()
    undone = ""

    def get_queryset(self):
        """Of my people, those asked for."""
        user = self.request.user
        pages = self.domain.kept_pages(user).select_related("audience_unit")
        self.page = get_object_or_404(pages, pk=self.kwargs["pk"])
        self.people = self.domain.readers(self.page, user, timezone.localdate())
        asked = self.request.GET.get("show")
        self.show = asked if asked in self.shows else self.shows[0]
        if self.show == "all":
            return self.people
        return self.people.filter(**{f"{self.done_at}__isnull": self.show == self.undone})

    def exported(self, rows):
        """Everybody, with how they stand: a workbook is for the files."""
        return self.people

    def get_context_data(self, **kwargs):
        """The choice, and how many have done it."""
        return super().get_context_data(show=self.show, **self.domain.counts(self.people), **kwargs)
