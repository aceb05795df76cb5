"""Addresses of suggestions, below /suggestions/."""

from django.urls import path
from django.views.decorators.http import require_POST

from activities.suggestions.table import ACTIONS
from activities.views import suggestions

urlpatterns = [
    path("", suggestions.SuggestionListView.as_view(), name="suggestions"),
    path("new/", suggestions.SuggestionAddView.as_view(), name="suggestion_add"),
    path("<int:pk>/", suggestions.SuggestionView.as_view(), name="suggestion"),
    path("<int:pk>/support/", suggestions.support, name="suggestion_support"),
    path("<int:pk>/reveal/", require_POST(suggestions.SuggestionRevealView.as_view()), name="suggestion_reveal"),
    *(
        path(
            f"<int:pk>/{action}/",
            suggestions.SuggestionStepView.as_view(action=action),
            name=f"suggestion_{action}",
        )
        for action in ACTIONS
    ),
]
