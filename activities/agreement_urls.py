"""Addresses of joint agreements, below /agreements/."""

from django.urls import path

from activities.views import agreements

urlpatterns = [
    path("", agreements.AgreementListView.as_view(), name="agreements"),
    path("new/", agreements.AgreementAddView.as_view(), name="agreement_add"),
    path("<int:pk>/", agreements.AgreementView.as_view(), name="agreement"),
    path("<int:pk>/edit/", agreements.AgreementEditView.as_view(), name="agreement_edit"),
    path("<int:pk>/items/new/", agreements.ItemAddView.as_view(), name="agreement_item_add"),
    path("<int:pk>/items/<int:item>/", agreements.ItemEditView.as_view(), name="agreement_item_edit"),
]
