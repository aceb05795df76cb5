"""Addresses of joint agreements, below /agreements/."""

from django.urls import path

from activities.views import agreement_accounts, agreement_items, agreements

urlpatterns = [
    path("", agreements.AgreementListView.as_view(), name="agreements"),
    path("new/", agreements.AgreementAddView.as_view(), name="agreement_add"),
    path("<int:pk>/", agreements.AgreementView.as_view(), name="agreement"),
    path("<int:pk>/edit/", agreements.AgreementEditView.as_view(), name="agreement_edit"),
    path("<int:pk>/parties/", agreements.SidesView.as_view(), name="agreement_sides"),
    path("<int:pk>/word/", agreements.AgreementWordView.as_view(), name="agreement_word"),
    path("<int:pk>/items/new/", agreement_items.ItemAddView.as_view(), name="agreement_item_add"),
    path("<int:pk>/items/<int:item>/", agreement_items.ItemRowView.as_view(), name="agreement_item"),
    path("<int:pk>/items/<int:item>/edit/", agreement_items.ItemEditView.as_view(), name="agreement_item_edit"),
    path("<int:pk>/items/<int:item>/report/", agreement_items.ItemReportView.as_view(), name="agreement_item_report"),
    path("<int:pk>/items/<int:item>/remove/", agreement_items.remove_item, name="agreement_item_remove"),
    path(
        "<int:pk>/parties/<int:party>/account/", agreement_accounts.AccountOpenView.as_view(), name="agreement_account"
    ),
    path(
        "<int:pk>/parties/<int:party>/account/<int:grant>/close/",
        agreement_accounts.close_account,
        name="agreement_account_close",
    ),
]
