"""Addresses of `staff`."""

app_name = "staff"

urlpatterns = []
