"""What colleagues say under an update, in reply to one another, and whom they mention."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from home.models.updates import Update
from staff.models import Member
from staff.querysets import ScopedQuerySet


class Comment(models.Model):
    """What a colleague says under an update, or in reply to another comment (one level deep).

    Deleting a comment that has replies leaves its place, so that what others answered still stands somewhere.
    """

    # Made where it was written, so that a comment sent twice is stored once; comments of before have none.
    token = models.UUIDField(null=True, unique=True, editable=False)
    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="comments")
    reply_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, editable=False, related_name="replies")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="comments", verbose_name=_("作者"))
    text = models.CharField(_("评论"), max_length=500, blank=True)
    posted_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_because = models.CharField(_("删除原因"), max_length=200, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("评论")
        verbose_name_plural = _("评论")
        ordering = ["posted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(removed_at__isnull=False),
                name="comment_says_something",
                violation_error_message=_("请写下评论。"),
            )
        ]

    def __str__(self):
        return self.text[:40]

    def get_absolute_url(self):
        """The comment under its update."""
        return f"{reverse('home:update', args=[self.update_id])}#comment-{self.pk}"


class Mention(models.Model):
    """That an update, or a comment under it, names a colleague, who was told."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="mentions")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="mentions")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mentions")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("提及")
        verbose_name_plural = _("提及")
        constraints = [
            models.UniqueConstraint(fields=["comment", "member"], name="mention_once_a_comment"),
            models.UniqueConstraint(
                fields=["update", "member"], condition=Q(comment__isnull=True), name="mention_once_an_update"
            ),
        ]

    def __str__(self):
        return f"{self.update_id} @{self.member_id}"
