"""Links within texts: to what is published; of a page that is not, or is gone, only the words remain."""

from wagtail.models import Page, Site
from wagtail.rich_text.pages import PageLinkHandler


class PublishedPage(PageLinkHandler):
    """A link to a published page; where pages hang is asked once for all of them."""

    @classmethod
    def get_many(cls, attrs_list):
        """The pages that are published, None for the others."""
        wanted = [attrs.get("id") for attrs in attrs_list]
        found = {str(page.pk): page for page in Page.objects.live().filter(pk__in=wanted)}
        hang = Site.get_site_root_paths()
        for page in found.values():
            page._wagtail_cached_site_root_paths = hang
        return [found.get(str(pk)) for pk in wanted]
