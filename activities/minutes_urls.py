"""Addresses of minutes, and of what hangs on them row by row."""

from django.urls import path

from activities.views import minutes, minutes_steps, motions

OF = "<int:pk>/minutes/<str:kind>/<int:host>/"

urlpatterns = [
    path("<int:pk>/minutes/", minutes.MinutesListView.as_view(), name="minutes_list"),
    path("<int:pk>/minutes/<str:kind>/", minutes.of_lead, name="minutes_of_lead"),
    path(OF, minutes.MinutesView.as_view(), name="minutes"),
    path(f"{OF}minutes.docx", minutes.paper, name="minutes_paper"),
    path(f"{OF}print/", minutes.MinutesPrintView.as_view(), name="minutes_print"),
    path(f"{OF}sign/", minutes_steps.sign, name="minutes_sign"),
    path(f"{OF}correct/", minutes_steps.correct, name="minutes_correct"),
    path(f"{OF}files/", minutes_steps.attach, name="minutes_attach"),
    path(f"{OF}account/", minutes_steps.tell, name="minutes_account"),
    path(f"{OF}motions/", motions.MotionView.as_view(), name="minutes_motion"),
    path(f"{OF}left-out/", motions.LeftOutView.as_view(), name="minutes_left_out"),
    path(f"{OF}decisions/", motions.DecisionView.as_view(), name="minutes_decide"),
    path("decisions/<int:pk>/", motions.DecisionView.as_view(), name="decision"),
    path("decisions/<int:pk>/done/", motions.complete, name="decision_done"),
    path("decisions/<int:pk>/remove/", motions.remove_decision, name="decision_remove"),
    path("motions/<int:pk>/", motions.MotionView.as_view(), name="motion"),
    path("motions/<int:pk>/remove/", motions.remove_motion, name="motion_remove"),
    path("left-out/<int:pk>/confirm/", motions.confirm_left_out, name="left_out_confirm"),
    path("left-out/<int:pk>/again/", motions.count_again, name="left_out_again"),
    path("minutes-files/<int:pk>/remove/", minutes_steps.detach, name="minutes_detach"),
]
