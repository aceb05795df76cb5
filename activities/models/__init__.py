"""Activities, agreements, suggestions and the branches' pages."""

from activities.models.activities import Activity, ActivityHost, ActivityKind, Attendance, Guest, SignUp
from activities.models.agreements import AgreementItem, JointAgreement
from activities.models.minutes import Correction, Decision, Minutes, Motion
from activities.models.pages import ActivityPage, BranchIndexPage, BranchPage
from activities.models.rules import FeedToken, MeetingRule
from activities.models.sessions import SuggestionFile, SuggestionLink, SuggestionSession, Voice
from activities.models.suggestions import Suggestion, SuggestionAuthor, SuggestionEvent, Support

__all__ = [
    "Activity",
    "ActivityHost",
    "ActivityKind",
    "ActivityPage",
    "AgreementItem",
    "Attendance",
    "BranchIndexPage",
    "BranchPage",
    "Correction",
    "Decision",
    "FeedToken",
    "Guest",
    "JointAgreement",
    "MeetingRule",
    "Minutes",
    "Motion",
    "SignUp",
    "Suggestion",
    "SuggestionAuthor",
    "SuggestionEvent",
    "SuggestionFile",
    "SuggestionLink",
    "SuggestionSession",
    "Support",
    "Voice",
]
