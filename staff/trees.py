"""Where a unit or a party organisation stands: put below a parent, or moved there with all below it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _


@transaction.atomic
def place(*, node, parent):
    """Store `node` below `parent`, or at the top when there is none; one that stands elsewhere is moved.

    A node cannot stand below itself. Roles reach by path, so a move changes who reaches what at once.
    """
    model = type(node)
    parent = model.objects.select_for_update().get(pk=parent.pk) if parent else None
    node.full_clean(exclude=["path", "depth", "numchild"])
    if node._state.adding:
        return parent.add_child(instance=node) if parent else model.add_root(instance=node)
    if parent and parent.path.startswith(node.path):
        raise ValidationError({"parent": _("上级不能是自己或自己的下级。")})
    node.save()
    stands = node.get_parent(update=True)
    if (stands and stands.pk) != (parent and parent.pk):
        if parent:
            node.move(parent, pos="last-child")
        else:
            node.move(model.get_last_root_node(), pos="last-sibling")
        node.refresh_from_db()
    return node
