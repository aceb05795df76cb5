"""People, organisations, plots and deployment."""

from staff.models.accounts import AccessEvent, Grant, Invitation, Notification, Preference, User
from staff.models.days import Holiday
from staff.models.deliveries import Delivery, Robot
from staff.models.deployment import FieldReport, Leave, Need, Opinion, Posting, PostingChange, Round
from staff.models.imports import ImportRow, WorkbookImport
from staff.models.letters import Handover, Indicator, Letter
from staff.models.members import Member, Post, Transfer
from staff.models.organisation import Division, PartyOrganisation, Unit
from staff.models.plots import Assignment, Finding, Plot, Visit, VisitPhoto
from staff.models.shifts import Shift, ShiftDuty, SwapRequest

__all__ = [
    "AccessEvent",
    "Assignment",
    "Delivery",
    "Division",
    "FieldReport",
    "Finding",
    "Grant",
    "Handover",
    "Holiday",
    "ImportRow",
    "Indicator",
    "Invitation",
    "Leave",
    "Letter",
    "Member",
    "Need",
    "Notification",
    "Opinion",
    "PartyOrganisation",
    "Plot",
    "Post",
    "Posting",
    "PostingChange",
    "Preference",
    "Robot",
    "Round",
    "Shift",
    "ShiftDuty",
    "SwapRequest",
    "Transfer",
    "Unit",
    "User",
    "Visit",
    "VisitPhoto",
    "WorkbookImport",
]
