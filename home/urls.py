"""Addresses of `home`."""

from django.urls import path

from home.models import Comment
from home.views import adopted, comments, me, oversight, pages, proposals, receipts, search, study, updates

app_name = "home"

urlpatterns = [
    path("me/", me.MeView.as_view(), name="me"),
    path("me/notifications/", me.NotificationListView.as_view(), name="notifications"),
    path("me/notifications/read/", me.read_all, name="notifications_read"),
    path("me/notifications/<int:pk>/", me.open_notification, name="notification"),
    path("me/digest-off/<str:token>/", me.digest_off, name="digest_off"),
    path("me/settings/", me.PreferenceView.as_view(), name="preferences"),
    path("manage/", pages.CockpitView.as_view(), name="manage"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("updates/", updates.UpdateListView.as_view(), name="updates"),
    path("updates/new/", updates.UpdateAddView.as_view(), name="update_add"),
    path("updates/people/", updates.people, name="update_people"),
    path("updates/reports/", oversight.reports, name="reports"),
    path("updates/reports/<int:pk>/", oversight.handle, name="report_handle"),
    path("updates/<int:pk>/", comments.UpdateDetailView.as_view(), name="update"),
    path("updates/<int:pk>/edit/", updates.UpdateEditView.as_view(), name="update_edit"),
    path("updates/<int:pk>/history/", updates.history, name="update_history"),
    path("updates/<int:pk>/report/", oversight.ReportView.as_view(), name="update_report"),
    path("updates/<int:pk>/thank/", updates.thank, name="update_thank"),
    path("updates/<int:pk>/delete/", updates.take_back, name="update_delete"),
    path("updates/<int:pk>/hide/", updates.hide, name="update_hide"),
    path("updates/comments/<int:pk>/edit/", comments.CommentEditView.as_view(), name="comment_edit"),
    path("updates/comments/<int:pk>/delete/", comments.take_back, name="comment_delete"),
    path("updates/comments/<int:pk>/report/", oversight.ReportView.as_view(model=Comment), name="comment_report"),
    path("suggestions/<int:pk>/news/", adopted.publish, name="suggestion_news"),
    path("notices/<int:pk>/receipt/", pages.confirm_notice, name="receipt"),
    path("notices/<int:pk>/receipts/", receipts.ReceiptListView.as_view(), name="receipts"),
    path("notices/<int:pk>/remind/", receipts.remind, name="receipts_remind"),
    path("study/<int:pk>/finish/", study.finish, name="study_finish"),
    path("study/<int:pk>/retract/", study.retract, name="study_retract"),
    path("study/<int:pk>/finished/", study.StudyReaderListView.as_view(), name="study_readers"),
    path("exemplars/proposals/", proposals.ProposalListView.as_view(), name="proposals"),
    path("exemplars/proposals/new/", proposals.ProposalAddView.as_view(), name="proposal_add"),
    path("exemplars/proposals/<int:pk>/", proposals.ProposalView.as_view(), name="proposal"),
    path("exemplars/proposals/<int:pk>/edit/", proposals.ProposalEditView.as_view(), name="proposal_edit"),
    path("exemplars/proposals/<int:pk>/publish/", proposals.publish, name="proposal_publish"),
    path("exemplars/proposals/<int:pk>/return/", proposals.send_back, name="proposal_return"),
]
