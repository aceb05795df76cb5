"""What people read and post."""

from home.models.comments import Comment, Mention
from home.models.exemplars import ExemplarProposal, ProposalState
from home.models.oversight import Report, ReportOutcome, ReportReason, Wording
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
from home.models.study import StudyCompletion, StudyFor, StudyIndexPage, StudyPage
from home.models.updates import Reaction, Update, UpdateAudience, UpdatePhoto

__all__ = [
    "BureauSettings",
    "Comment",
    "ExemplarIndexPage",
    "ExemplarPage",
    "ExemplarProposal",
    "HomePage",
    "Mention",
    "NewsIndexPage",
    "NewsPage",
    "NoticeIndexPage",
    "NoticePage",
    "ProposalState",
    "Reaction",
    "Receipt",
    "Report",
    "ReportOutcome",
    "ReportReason",
    "StudyCompletion",
    "StudyFor",
    "StudyIndexPage",
    "StudyPage",
    "Update",
    "UpdateAudience",
    "UpdatePhoto",
    "Wording",
]
