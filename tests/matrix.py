"""Who may open and who may send to each address of the portal: the table that `test_matrix` walks."""

from dataclasses import dataclass

from activities.choices import Kind
from activities.suggestions.table import ACTIONS as SUGGESTION_STEPS
from home import digest
from tests.factories.staff import make_assignment, make_member, today
from tests.world import INSIDE, ROLES

SIGNED_IN = frozenset(ROLES) - {"anonymous"}
EVERYBODY = frozenset(ROLES)
MEMBERS = INSIDE - {"auditor"}
NOBODY = frozenset()
# Who keeps what belongs to the branch here (activities, agreements, suggestions), and to its unit (plots).
KEEPERS = frozenset({"secretary", "office"})
# Minutes are written by the keepers of the record, and by the recorder, who is a member of staff here.
WRITERS = KEEPERS | {"staff"}
SECRETARIES = frozenset({"secretary", "secretary_away", "office"})
UNIT = frozenset({"secretary", "manager", "office"})
LEADERS = UNIT | {"secretary_away"}
CONCERNED = UNIT | {"staff"}
PARTIES = INSIDE | {"partner"}
OFFICE = frozenset({"office"})
IMPORTERS = OFFICE | {"sysadmin"}


@dataclass(frozen=True)
class Row:
    """Who opens an address (GET) and who may send to it (POST); `args` are taken from what stands here.

    `shows` is what those see who may open it: a form's own address leads to the page that holds the form (302).
    `opens=None` is an address that is only sent to: GET is 405.
    """

    opens: frozenset | None
    acts: frozenset = NOBODY
    args: callable = lambda world: ()
    shows: int = 200
    data: callable = lambda world: {}


def of(*names, extra=()):
    """The keys of records here, by their names."""
    return lambda world: (*(getattr(world.here, name).pk for name in names), *extra)


def of_minutes(world):
    """The address of the minutes here: activity, kind, host."""
    return world.here.activity.pk, Kind.THEME_DAY, world.here.branch.pk


def step(name):
    """What a step of a suggestion sends, so that only the access to it can refuse."""

    def data(world):
        texts = {"reason": "理由", "text": "说明", "verdict": "adopted", "rating": "satisfied", "lead_unit": 1}
        return {"seen": world.here.suggestion.state, "into": world.here.suggestion.number, **texts}

    acts = {"rate": {"staff"}, "start": UNIT - {"manager"}, "return": UNIT - {"manager"}, "answer": UNIT - {"manager"}}
    who = frozenset(acts.get(name, KEEPERS))
    # A step that is not open now, or that asks for nothing, has its button on the suggestion's page.
    shows = 200 if name in {"refuse", "merge", "split"} else 302
    return Row(who, who, of("suggestion"), shows=shows, data=data)


def _moved_away(world):
    """A holding of the plot here whose holder has left."""
    leaver = make_member(unit=world.here.unit, left_on=today())
    return make_assignment(plot=world.here.plot, member=leaver)


STAFF = {
    "imports": Row(IMPORTERS, IMPORTERS),
    "import_template": Row(IMPORTERS, args=lambda world: ("members",)),
    "import": Row(OFFICE, OFFICE, of("workbook")),
    "import_progress": Row(OFFICE, args=of("workbook")),
    "import_discard": Row(None, OFFICE, of("workbook")),
    "import_report": Row(OFFICE, args=of("workbook")),
    "members": Row(INSIDE),
    "invitation": Row(EVERYBODY, EVERYBODY, lambda world: (world.invitation,)),
    "doubles": Row(IMPORTERS),
    "merge": Row(IMPORTERS, IMPORTERS, lambda world: (world.here.member.pk, world.users["staff_away"].member.pk)),
    "transfer": Row(OFFICE, OFFICE, of("member")),
    "member_options": Row(INSIDE),
    "member": Row(INSIDE, args=of("member")),
    "invite": Row(None, IMPORTERS, of("member")),
    "member_phone": Row(None, CONCERNED | {"sysadmin"}, of("member")),
    "plots": Row(INSIDE),
    "coverage": Row(LEADERS),
    "plot_week": Row(LEADERS),
    "assign_many": Row(LEADERS, LEADERS),
    "handovers": Row(LEADERS),
    "handover": Row(UNIT, UNIT, lambda world: (_moved_away(world).pk,)),
    "plot": Row(CONCERNED, args=of("plot")),
    "visit_worker": Row(INSIDE),
    "visit_add": Row(CONCERNED, CONCERNED, of("plot")),
    "assign": Row(UNIT, UNIT, of("plot"), shows=302),
    "end_assignment": Row(UNIT, UNIT, of("assignment"), shows=302),
    "letter_add": Row(UNIT, UNIT, of("assignment")),
    "letter_edit": Row(UNIT, UNIT, of("assignment", "letter")),
    "letter": Row(CONCERNED, args=of("letter")),
    "letter_sign": Row(None, CONCERNED, of("letter"), data=lambda world: {"side": "holder"}),
    "letter_results": Row(UNIT, UNIT, of("letter"), shows=302),
    "letter_word": Row(CONCERNED, args=of("letter")),
    "close_finding": Row(CONCERNED, CONCERNED, of("finding"), shows=302),
    "rounds": Row(INSIDE),
    "roster": Row(INSIDE),
    "round": Row(INSIDE, args=of("round")),
    "posting_add": Row(frozenset({"manager", "office"}), frozenset({"manager", "office"}), of("round")),
    "round_add": Row(frozenset({"office"}), frozenset({"office"})),
    "round_edit": Row(frozenset({"office"}), frozenset({"office"}), of("round")),
    "round_needs": Row(frozenset({"office"}), frozenset({"office"}), of("round")),
    "round_choose": Row(frozenset({"manager", "office"}), frozenset({"manager", "office"}), of("round")),
    "round_timeline": Row(INSIDE, args=of("round")),
    "round_approve": Row(frozenset({"office"}), frozenset({"office"}), of("round")),
    "round_order": Row(frozenset({"manager", "office"}), args=of("round")),
    "round_close": Row(None, frozenset({"office"}), of("round")),
    "round_discard": Row(None, frozenset({"office"}), of("round")),
    "roster_board": Row(INSIDE),
    "leaves": Row(INSIDE),
    "shifts": Row(INSIDE),
    "shift_add": Row(frozenset({"manager", "office"}), frozenset({"manager", "office"})),
    "shift": Row(frozenset({"office"}), frozenset({"office"}), of("shift")),
    "shift_place": Row(None, frozenset({"office"}), of("shift")),
    "shift_discard": Row(None, frozenset({"office"}), of("shift")),
    "duty_remove": Row(None, frozenset({"office"}), of("duty")),
    "swaps": Row(INSIDE),
    "swap_ask": Row(frozenset({"staff"}), frozenset({"staff"}), of("duty")),
    "swap_answer": Row(None, frozenset({"staff"}), of("swap")),
    "swap_decide": Row(None, frozenset({"office"}), of("swap")),
    "swap_withdraw": Row(None, frozenset({"staff"}), of("own_swap")),
    "field_reports": Row(INSIDE),
    "report_add": Row(frozenset({"staff"}), frozenset({"staff"}), of("posting")),
    "report_edit": Row(frozenset({"staff"}), frozenset({"staff"}), of("report")),
    "opinion_give": Row(KEEPERS, KEEPERS, of("posting", extra=["home"]), shows=302),
    "service_record": Row(CONCERNED, args=of("member")),
    "service_record_file": Row(CONCERNED, args=of("member")),
    "posting": Row(CONCERNED, args=of("posting")),
    "posting_action": Row(CONCERNED, CONCERNED - {"secretary"}, of("posting", extra=["leave"]), shows=302),
    "leave_decide": Row(None, frozenset({"office"}), of("leave")),
    "leave_return": Row(None, frozenset({"staff", "manager", "office"}), of("leave")),
}
ACTIVITIES = {
    "list": Row(EVERYBODY),
    "create": Row(SECRETARIES, SECRETARIES),
    "clashes": Row(SECRETARIES),
    "organisation_options": Row(SECRETARIES),
    "plan": Row(SECRETARIES, SECRETARIES),
    "plan_generate": Row(None, SECRETARIES),
    "plan_fix_day": Row(None, SECRETARIES),
    "plan_row": Row(None, KEEPERS, of("activity")),
    "templates": Row(SECRETARIES),
    "template": Row(SECRETARIES, SECRETARIES, lambda world: (Kind.THEME_DAY,)),
    "calendar": Row(EVERYBODY, shows=302),
    "month": Row(EVERYBODY, args=lambda world: (2026, 11)),
    "week": Row(EVERYBODY, args=lambda world: ("2026-11-25",)),
    "agenda": Row(EVERYBODY, args=lambda world: ("2026-11-25",)),
    "day": Row(EVERYBODY, args=lambda world: ("2026-11-25",)),
    "feed": Row(EVERYBODY),
    "feed_token": Row(INSIDE, INSIDE),
    "own_feed": Row(EVERYBODY, args=lambda world: (world.feed,)),
    "compliance": Row(LEADERS),
    "terms": Row(LEADERS),
    "ledger": Row(LEADERS),
    "study": Row(LEADERS),
    "study_mine": Row(INSIDE),
    "study_add": Row(KEEPERS, KEEPERS, of("branch")),
    "study_remove": Row(None, KEEPERS, of("study")),
    "of_member": Row(INSIDE, args=of("member")),
    "of_branch": Row(UNIT, args=of("branch")),
    "detail": Row(PARTIES, args=of("activity")),
    "edit": Row(KEEPERS, KEEPERS, of("activity")),
    "publish": Row(None, KEEPERS, of("activity")),
    "cancel": Row(KEEPERS, KEEPERS, of("activity")),
    "session": Row(INSIDE, args=of("activity")),
    "session_open": Row(None, KEEPERS, of("activity"), data=lambda world: {"question": "怎样压实责任？"}),
    "session_minutes": Row(None, KEEPERS, of("activity")),
    "session_end": Row(None, KEEPERS, of("activity")),
    "session_screen": Row(INSIDE, args=of("activity")),
    "session_feed": Row(INSIDE, args=of("activity")),
    "session_say": Row(MEMBERS, MEMBERS, of("activity")),
    "session_record": Row(KEEPERS, KEEPERS, of("activity")),
    "session_voice": Row(None, KEEPERS, of("activity", "voice", extra=["hide"])),
    "attendance": Row(KEEPERS, KEEPERS, of("activity")),
    "guest_add": Row(None, KEEPERS, of("activity")),
    "guest_remove": Row(None, KEEPERS, of("activity", "guest")),
    "attendance_now": Row(KEEPERS, args=of("activity")),
    "mark_one": Row(None, KEEPERS, of("activity", "member")),
    "make_up": Row(None, KEEPERS, of("activity", "member")),
    "attendance_book": Row(KEEPERS, KEEPERS, of("activity")),
    "sign_in_sheet": Row(KEEPERS, args=of("activity")),
    "sign_in_paper": Row(KEEPERS, args=of("activity")),
    "check_in": Row(INSIDE, INSIDE, of("activity")),
    "check_in_screen": Row(KEEPERS, args=of("activity")),
    "check_in_screen_now": Row(KEEPERS, args=of("activity")),
    "call": Row(KEEPERS, args=of("activity")),
    "call_add": Row(None, KEEPERS, of("activity")),
    "call_leave_out": Row(None, KEEPERS, of("activity"), data=lambda world: {"member": world.here.member.pk}),
    "call_undo": Row(None, KEEPERS, of("activity", "list_change")),
    "call_remind": Row(None, KEEPERS, of("activity")),
    "call_decide": Row(None, KEEPERS, of("activity"), data=lambda world: {"member": world.here.member.pk}),
    "call_proposals": Row(None, KEEPERS, of("activity")),
    "answer": Row(INSIDE, INSIDE, of("activity"), shows=302, data=lambda world: {"do": "coming"}),
    "invitation": Row(PARTIES, args=of("activity")),
    "sign_up": Row(None, INSIDE, of("activity")),
    "withdraw": Row(None, INSIDE, of("activity")),
    "minutes_list": Row(CONCERNED, args=of("activity")),
    "minutes_of_lead": Row(CONCERNED, args=of("activity", extra=[Kind.THEME_DAY]), shows=302),
    "minutes": Row(CONCERNED, WRITERS, of_minutes),
    "minutes_paper": Row(CONCERNED, args=of_minutes),
    "minutes_print": Row(CONCERNED, args=of_minutes),
    "minutes_sign": Row(None, frozenset({"secretary", "staff"}), of_minutes),
    "minutes_correct": Row(None, WRITERS, of_minutes),
    "minutes_attach": Row(None, WRITERS, of_minutes),
    "minutes_detach": Row(None, WRITERS, of("minutes_file")),
    "minutes_account": Row(None, KEEPERS, of_minutes),
    "minutes_motion": Row(WRITERS, WRITERS, of_minutes),
    "minutes_left_out": Row(WRITERS, WRITERS, of_minutes),
    "minutes_decide": Row(WRITERS, WRITERS, of_minutes),
    "motion": Row(WRITERS, WRITERS, of("motion")),
    "motion_remove": Row(None, WRITERS, of("motion")),
    "left_out_confirm": Row(None, KEEPERS, of("left_out")),
    "left_out_again": Row(None, WRITERS, of("left_out")),
    "decision": Row(WRITERS, WRITERS, of("decision")),
    "decision_remove": Row(None, WRITERS, of("decision")),
    "decision_done": Row(None, WRITERS, of("decision")),
    "suggestions": Row(INSIDE),
    "suggestion_add": Row(MEMBERS, MEMBERS),
    "suggestion": Row(INSIDE, args=of("suggestion")),
    "suggestion_similar": Row(None, INSIDE),
    "suggestion_figures": Row(LEADERS),
    "suggestion_trend": Row(INSIDE),
    "suggestion_docket": Row(INSIDE, args=of("suggestion")),
    "suggestion_links": Row(KEEPERS, KEEPERS, of("suggestion")),
    "suggestion_unlink": Row(None, KEEPERS, of("suggestion", "link")),
    "suggestion_support": Row(None, MEMBERS, of("suggestion")),
    "suggestion_reveal": Row(None, frozenset({"office"}), of("suggestion")),
    **{f"suggestion_{name}": step(name) for name in SUGGESTION_STEPS},
    "agreements": Row(PARTIES),
    "agreement_add": Row(SECRETARIES, SECRETARIES),
    "agreement": Row(PARTIES, args=of("agreement")),
    "agreement_edit": Row(KEEPERS, KEEPERS, of("agreement")),
    "agreement_item_add": Row(KEEPERS, KEEPERS, of("agreement")),
    "agreement_sides": Row(KEEPERS, KEEPERS, of("agreement")),
    "agreement_word": Row(PARTIES, args=of("agreement")),
    "agreement_item": Row(PARTIES, args=of("agreement", "item"), shows=302),
    "agreement_item_edit": Row(KEEPERS, KEEPERS, of("agreement", "item")),
    "agreement_item_report": Row(KEEPERS, KEEPERS, of("agreement", "item")),
    "agreement_item_remove": Row(None, KEEPERS, of("agreement", "item")),
    "agreement_account": Row(frozenset({"office"}), frozenset({"office"}), of("agreement", "partners")),
    "agreement_account_close": Row(None, frozenset({"office"}), of("agreement", "partners", "partner_grant")),
}
HOME = {
    "me": Row(SIGNED_IN),
    "notifications": Row(SIGNED_IN),
    "notifications_read": Row(None, SIGNED_IN),
    "notification": Row(frozenset({"staff"}), frozenset({"staff"}), of("notification"), shows=302),
    "digest_off": Row(EVERYBODY, EVERYBODY, lambda world: (digest.token(world.users["staff"]),)),
    "preferences": Row(SIGNED_IN, SIGNED_IN),
    "manage": Row(frozenset({"manager", "office"})),
    "search": Row(EVERYBODY),
    "suggest": Row(EVERYBODY),
    "updates": Row(INSIDE),
    "update_add": Row(MEMBERS, MEMBERS),
    "update": Row(INSIDE, MEMBERS, of("update")),
    "update_thank": Row(None, MEMBERS, of("update")),
    "update_delete": Row(frozenset({"staff", "office"}), frozenset({"staff", "office"}), of("update")),
    "update_hide": Row(None, frozenset({"office"}), of("update")),
    "update_people": Row(MEMBERS),
    "update_edit": Row(frozenset({"staff"}), frozenset({"staff"}), of("update")),
    "update_history": Row(INSIDE, args=of("update")),
    "update_report": Row(MEMBERS - {"staff"}, MEMBERS - {"staff"}, of("update")),
    "reports": Row(frozenset({"office"})),
    "report_handle": Row(None, frozenset({"office"}), of("complaint")),
    "comment_edit": Row(frozenset({"staff"}), frozenset({"staff"}), of("comment")),
    "comment_report": Row(MEMBERS - {"staff"}, MEMBERS - {"staff"}, of("comment")),
    "receipts": Row(LEADERS, args=of("notice")),
    "receipts_remind": Row(None, LEADERS, of("notice")),
    "suggestion_news": Row(None, frozenset({"office"}), of("adopted")),
    "study_finish": Row(None, MEMBERS, of("study_page")),
    "study_retract": Row(None, MEMBERS, of("study_page")),
    "study_readers": Row(LEADERS, args=of("study_page")),
    "proposals": Row(SECRETARIES),
    "proposal_add": Row(SECRETARIES, SECRETARIES),
    "proposal": Row(KEEPERS, args=of("proposal")),
    "proposal_edit": Row(KEEPERS, KEEPERS, of("proposal")),
    "proposal_publish": Row(None, frozenset({"office"}), of("proposal")),
    "proposal_return": Row(None, frozenset({"office"}), of("proposal")),
    "comment_delete": Row(None, frozenset({"staff", "office"}), of("comment")),
    "receipt": Row(None, INSIDE, of("notice")),
}
PORTAL = {
    "healthz": Row(EVERYBODY),
    "manifest": Row(EVERYBODY),
    "worker": Row(EVERYBODY),
    "offline": Row(EVERYBODY),
    "share": Row(None, EVERYBODY),
    "media": Row(CONCERNED, args=lambda world: (world.here.photo.file.name,)),
    "document": Row(INSIDE, args=lambda world: (world.here.document.pk, world.here.document.filename)),
    "set_language": Row(EVERYBODY, EVERYBODY, shows=302),
    "look": Row(None, EVERYBODY),
}
TABLE = {
    **{f"staff:{name}": row for name, row in STAFF.items()},
    **{f"activities:{name}": row for name, row in ACTIVITIES.items()},
    **{f"home:{name}": row for name, row in HOME.items()},
    **PORTAL,
}
# Pages of the tree, by their names here.
PAGES = {
    "/": EVERYBODY,
    "/news/": EVERYBODY,
    "/notices/": EVERYBODY,
    "/exemplars/": EVERYBODY,
    "/study/": EVERYBODY,
    "/branches/": EVERYBODY,
    "news": INSIDE,
    "public_news": EVERYBODY,
    "notice": INSIDE,
    "exemplar": INSIDE,
    "study_page": INSIDE,
    "branch_page": INSIDE,
    "activity_page": INSIDE,
}
# Accounts and two-factor pages of allauth: what a signed-out and what a signed-in visitor meets.
ACCOUNTS = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),
    "account_reauthenticate": (302, 403),
    "account_email": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (302, 302),
    "account_set_password": (302, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_confirm_login_code": (302, 302),
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 403),
    "mfa_activate_totp": (302, 200),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 200),
    "mfa_download_recovery_codes": (302, 404),
    "socialaccount_connections": (302, 200),
    "socialaccount_login_cancelled": (200, 200),
    "socialaccount_login_error": (401, 401),
    "wecom_login": (404, 404),
    "dingtalk_login": (404, 404),
    "feishu_login": (404, 404),
    "usersessions_list": (302, 200),
}
