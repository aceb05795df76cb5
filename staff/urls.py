"""Addresses of members, plots and deployment."""

from django.urls import path

from staff.views import deployment, field_reports, members, plots, shifts

app_name = "staff"
urlpatterns = [
    path("members/", members.MemberListView.as_view(), name="members"),
    path("members/options/", members.member_options, name="member_options"),
    path("members/<int:pk>/", members.MemberView.as_view(), name="member"),
    path("members/<int:pk>/phone/", members.member_phone, name="member_phone"),
    path("plots/", plots.register.PlotListView.as_view(), name="plots"),
    path("plots/worker.js", plots.visits.worker, name="visit_worker"),
    path("plots/coverage/", plots.coverage.CoverageView.as_view(), name="coverage"),
    path("plots/assign/", plots.assigning.AssignManyView.as_view(), name="assign_many"),
    path("plots/handovers/", plots.handovers.HandoverListView.as_view(), name="handovers"),
    path("plots/handovers/<int:pk>/", plots.handovers.HandoverView.as_view(), name="handover"),
    path("plots/<int:pk>/", plots.register.PlotView.as_view(), name="plot"),
    path("plots/<int:pk>/visit/", plots.visits.VisitAddView.as_view(), name="visit_add"),
    path("plots/<int:pk>/assign/", plots.register.AssignView.as_view(), name="assign"),
    path("plots/assignments/<int:pk>/end/", plots.register.EndAssignmentView.as_view(), name="end_assignment"),
    path("plots/assignments/<int:pk>/letter/", plots.letters.LetterFormView.as_view(), name="letter_add"),
    path(
        "plots/assignments/<int:pk>/letter/<int:letter>/", plots.letters.LetterFormView.as_view(), name="letter_edit"
    ),
    path("plots/letters/<int:pk>/", plots.letters.LetterView.as_view(), name="letter"),
    path("plots/letters/<int:pk>/sign/", plots.letters.sign, name="letter_sign"),
    path("plots/letters/<int:pk>/results/", plots.letters.ResultsView.as_view(), name="letter_results"),
    path("plots/letters/<int:pk>/letter.docx", plots.letters.word, name="letter_word"),
    path("plots/findings/<int:pk>/close/", plots.register.CloseFindingView.as_view(), name="close_finding"),
    path("deployments/", deployment.rounds.RoundListView.as_view(), name="rounds"),
    path("deployments/new/", deployment.rounds.RoundAddView.as_view(), name="round_add"),
    path("deployments/roster/", deployment.roster.RosterView.as_view(), name="roster"),
    path("deployments/roster/board/", deployment.roster.RosterBoardView.as_view(), name="roster_board"),
    path("deployments/<int:pk>/", deployment.rounds.RoundView.as_view(), name="round"),
    path("deployments/<int:pk>/edit/", deployment.rounds.RoundEditView.as_view(), name="round_edit"),
    path("deployments/<int:pk>/needs/", deployment.rounds.NeedsView.as_view(), name="round_needs"),
    path("deployments/<int:pk>/choose/", deployment.choosing.ChooseView.as_view(), name="round_choose"),
    path("deployments/<int:pk>/add/", deployment.choosing.PostingAddView.as_view(), name="posting_add"),
    path("deployments/<int:pk>/timeline/", deployment.timeline.TimelineView.as_view(), name="round_timeline"),
    path("deployments/<int:pk>/approve/", deployment.rounds.ApprovalView.as_view(), name="round_approve"),
    path("deployments/<int:pk>/order.docx", deployment.rounds.round_order, name="round_order"),
    path("deployments/<int:pk>/close/", deployment.rounds.close_round, name="round_close"),
    path("deployments/<int:pk>/discard/", deployment.rounds.discard_round, name="round_discard"),
    path("deployments/shifts/", shifts.BoardView.as_view(), name="shifts"),
    path("deployments/shifts/new/", shifts.ShiftAddView.as_view(), name="shift_add"),
    path("deployments/shifts/<int:pk>/", shifts.ShiftView.as_view(), name="shift"),
    path("deployments/shifts/<int:pk>/place/", shifts.place, name="shift_place"),
    path("deployments/shifts/<int:pk>/discard/", shifts.discard, name="shift_discard"),
    path("deployments/shifts/duties/<int:pk>/remove/", shifts.take_off, name="duty_remove"),
    path("deployments/shifts/duties/<int:pk>/swap/", shifts.SwapAskView.as_view(), name="swap_ask"),
    path("deployments/shifts/swaps/", shifts.SwapListView.as_view(), name="swaps"),
    path("deployments/shifts/swaps/<int:pk>/answer/", shifts.answer_swap, name="swap_answer"),
    path("deployments/shifts/swaps/<int:pk>/decide/", shifts.decide_swap, name="swap_decide"),
    path("deployments/shifts/swaps/<int:pk>/withdraw/", shifts.withdraw_swap, name="swap_withdraw"),
    path("deployments/reports/", field_reports.ReportListView.as_view(), name="field_reports"),
    path("deployments/reports/<int:pk>/edit/", field_reports.ReportEditView.as_view(), name="report_edit"),
    path("deployments/postings/<int:pk>/reports/new/", field_reports.ReportAddView.as_view(), name="report_add"),
    path(
        "deployments/postings/<int:pk>/opinions/<slug:side>/", field_reports.OpinionView.as_view(), name="opinion_give"
    ),
    path("members/<int:pk>/service/", field_reports.ServiceRecordView.as_view(), name="service_record"),
    path("members/<int:pk>/service.docx", field_reports.service_record_file, name="service_record_file"),
    path("deployments/postings/<int:pk>/", deployment.postings.PostingView.as_view(), name="posting"),
    path(
        "deployments/postings/<int:pk>/<slug:action>/",
        deployment.postings.PostingActionView.as_view(),
        name="posting_action",
    ),
    path("deployments/leaves/", deployment.leaves.LeaveListView.as_view(), name="leaves"),
    path("deployments/leaves/<int:pk>/decide/", deployment.leaves.decide_leave, name="leave_decide"),
    path("deployments/leaves/<int:pk>/return/", deployment.leaves.return_from_leave, name="leave_return"),
]
