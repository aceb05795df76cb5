"""Questions that every register of the portal answers: what may this user see or change?"""

from django.db import models
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet
from wagtail.permissions import policy_registry


class ScopedQuerySet(models.QuerySet):
    """Rows limited by the role and scope of who asks; the rule is the model's registered permission policy."""

    def permitted(self, user, action):
        """The rows on which `user` may do `action` ("view", "change", …)."""
        policy = policy_registry.get_by_type(self.model)
        return policy.limit(self, user, action)

    def visible_to(self, user):
        """The rows that `user` may see; lists, details, exports, feeds and search all start here."""
        return self.permitted(user, "view")


class TreeQuerySet(ScopedQuerySet, MP_NodeQuerySet):
    """Scoped rows of a tree."""

    def below(self, node, *, inclusive=True):
        """`node` and everything under it."""
        rows = self.filter(path__startswith=node.path)
        return rows if inclusive else rows.exclude(pk=node.pk)


class TreeManager(MP_NodeManager.from_queryset(TreeQuerySet)):
    """Manager of a tree: rows come in the order of the tree."""

    def get_queryset(self):
        """All nodes, parents before children."""
        return TreeQuerySet(self.model, using=self._db).order_by("path")
