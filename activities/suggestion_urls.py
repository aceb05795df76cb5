"""Addresses of suggestions, below /suggestions/."""

from django.urls import path
from django.views.decorators.http import require_POST

from activities.suggestions.table import ACTIONS
from activities.views.suggestions import detail, figures, register, trend

STEPS = {"merge": detail.SuggestionMergeView.as_view()}

urlpatterns = [
    path("", register.SuggestionListView.as_view(), name="suggestions"),
    path("new/", register.SuggestionAddView.as_view(), name="suggestion_add"),
    path("similar/", register.similar, name="suggestion_similar"),
    path("figures/", figures.FiguresView.as_view(), name="suggestion_figures"),
    path("over-time/", trend.TrendView.as_view(), name="suggestion_trend"),
    path("<int:pk>/", detail.SuggestionView.as_view(), name="suggestion"),
    path("<int:pk>/support/", detail.support, name="suggestion_support"),
    path("<int:pk>/reveal/", require_POST(detail.SuggestionRevealView.as_view()), name="suggestion_reveal"),
    path("<int:pk>/docket.docx", detail.paper, name="suggestion_docket"),
    path("<int:pk>/links/", detail.SuggestionLinksView.as_view(), name="suggestion_links"),
    path("<int:pk>/links/<int:link>/remove/", detail.unlink, name="suggestion_unlink"),
    *(
        path(
            f"<int:pk>/{action}/",
            STEPS.get(action) or detail.SuggestionStepView.as_view(action=action),
            name=f"suggestion_{action}",
        )
        for action in ACTIONS
    ),
]
