"""Activities, agreements, suggestions and the branches' pages."""

from activities.models.activities import Activity, ActivityHost, ActivityKind, Attendance, Guest, SignUp
from activities.models.agreements import AgreementItem, AgreementParty, AgreementRule, ItemNote, JointAgreement
from activities.models.calls import Invitation, ListChange
from activities.models.minutes import Correction, Decision, Minutes, MinutesFile, Speech
from activities.models.pages import ActivityPage, BranchIndexPage, BranchPage
from activities.models.plans import ActivityTemplate
from activities.models.rules import FeedToken, MeetingRule
from activities.models.sessions import SuggestionFile, SuggestionLink, SuggestionSession, Voice
from activities.models.study import StudyRecord, StudyRule
from activities.models.suggestions import Suggestion, SuggestionAuthor, SuggestionEvent, Support
from activities.models.votes import LeftOut, Motion

__all__ = [
    "Activity",
    "ActivityHost",
    "ActivityKind",
    "ActivityPage",
    "ActivityTemplate",
    "AgreementItem",
    "AgreementParty",
    "AgreementRule",
    "Attendance",
    "BranchIndexPage",
    "BranchPage",
    "Correction",
    "Decision",
    "FeedToken",
    "Guest",
    "Invitation",
    "ItemNote",
    "JointAgreement",
    "LeftOut",
    "ListChange",
    "MeetingRule",
    "Minutes",
    "MinutesFile",
    "Motion",
    "SignUp",
    "Speech",
    "StudyRecord",
    "StudyRule",
    "Suggestion",
    "SuggestionAuthor",
    "SuggestionEvent",
    "SuggestionFile",
    "SuggestionLink",
    "SuggestionSession",
    "Support",
    "Voice",
]
