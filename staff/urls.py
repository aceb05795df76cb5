"""Addresses of members, plots and deployment."""

from django.urls import path

from staff.views import deployment, members, plots

app_name = "staff"
urlpatterns = [
    path("members/", members.MemberListView.as_view(), name="members"),
    path("members/options/", members.member_options, name="member_options"),
    path("members/<int:pk>/", members.MemberView.as_view(), name="member"),
    path("members/<int:pk>/phone/", members.member_phone, name="member_phone"),
    path("plots/", plots.PlotListView.as_view(), name="plots"),
    path("plots/coverage/", plots.CoverageView.as_view(), name="coverage"),
    path("plots/<int:pk>/", plots.PlotView.as_view(), name="plot"),
    path("plots/<int:pk>/visit/", plots.VisitAddView.as_view(), name="visit_add"),
    path("plots/<int:pk>/assign/", plots.AssignView.as_view(), name="assign"),
    path("plots/assignments/<int:pk>/end/", plots.EndAssignmentView.as_view(), name="end_assignment"),
    path("plots/findings/<int:pk>/close/", plots.CloseFindingView.as_view(), name="close_finding"),
    path("deployments/", deployment.RoundListView.as_view(), name="rounds"),
    path("deployments/roster/", deployment.RosterView.as_view(), name="roster"),
    path("deployments/<int:pk>/", deployment.RoundView.as_view(), name="round"),
    path("deployments/<int:pk>/add/", deployment.PostingAddView.as_view(), name="posting_add"),
    path("deployments/<int:pk>/approve/", deployment.approve_round, name="round_approve"),
    path("deployments/<int:pk>/close/", deployment.close_round, name="round_close"),
    path("deployments/postings/<int:pk>/", deployment.PostingView.as_view(), name="posting"),
    path(
        "deployments/postings/<int:pk>/<slug:action>/",
        deployment.PostingActionView.as_view(),
        name="posting_action",
    ),
    path("deployments/leaves/<int:pk>/decide/", deployment.decide_leave, name="leave_decide"),
    path("deployments/leaves/<int:pk>/return/", deployment.return_from_leave, name="leave_return"),
]
