"""What leaves the portal, in the admin: the bureau's group robot, and the messages that did not go out and why."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from staff import notifications, robots
from staff.access import roles
from staff.choices import Role
from staff.forms.robots import RobotForm
from staff.models import Delivery, Robot


def may_keep(held):
    """The system administrator."""
    return held.holds(Role.SYSADMIN)


class OutgoingView(TemplateView):
    """The robot's form and the failures; whose they are is shown, what they say is not: it is between two people."""

    template_name = "staff/admin/outgoing.html"

    def dispatch(self, request, *args, **kwargs):
        """Others find nothing."""
        if not may_keep(roles(request.user)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form(self, data=None):
        """The form of the bureau's robot."""
        return RobotForm(data, instance=Robot.objects.of_bureau().first() or Robot())

    def get_context_data(self, **kwargs):
        """The form and a page of what did not go out."""
        failed = Delivery.objects.failed().select_related("user")
        page = Paginator(failed, 50).get_page(self.request.GET.get("page"))
        return super().get_context_data(**{"form": self.form(), "page": page, **kwargs})

    def post(self, request):
        """Keep the robot, or send once more what did not go out."""
        if "again" in request.POST:
            number = notifications.send_again(by=request.user)
            messages.success(request, _("已重新发送 %(number)s 条。") % {"number": number})
            return redirect("outgoing")
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        robots.keep(robot=form.instance, by=request.user)
        messages.success(request, _("设置已保存。"))
        return redirect("outgoing")
