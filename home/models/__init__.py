"""What people read and post."""

from home.models.pages import (
    BureauSettings,
    ExemplarIndexPage,
    ExemplarPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
    Receipt,
)
from home.models.updates import Comment, Reaction, Update, UpdatePhoto

__all__ = [
    "BureauSettings",
    "Comment",
    "ExemplarIndexPage",
    "ExemplarPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "NoticeIndexPage",
    "NoticePage",
    "Reaction",
    "Receipt",
    "Update",
    "UpdatePhoto",
]
