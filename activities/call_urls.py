"""Addresses of a call, below an activity: the secretary's page, one's own answer, places, the invitation."""

from django.urls import path

from activities.views import calls, feeds

urlpatterns = [
    path("call/", calls.CallView.as_view(), name="call"),
    path("call/add/", calls.add, name="call_add"),
    path("call/leave-out/", calls.leave_out, name="call_leave_out"),
    path("call/undo/<int:change>/", calls.undo, name="call_undo"),
    path("call/remind/", calls.remind, name="call_remind"),
    path("call/decide/", calls.decide, name="call_decide"),
    path("call/proposals/", calls.approve_proposals, name="call_proposals"),
    path("answer/", calls.AnswerView.as_view(), name="answer"),
    path("sign-up/", calls.sign_up, name="sign_up"),
    path("withdraw/", calls.withdraw, name="withdraw"),
    path("invitation.ics", feeds.invitation, name="invitation"),
]
