"""Checking in: the screen in the hall with its changing code, and what a member's phone does with it."""

from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from activities import access as keys
from activities import checkin
from activities.models import Activity, Attendance, Guest
from staff.access import InsideMixin, inside, roles, to_sign_in
from staff.codes import qr

COOKIE = "check_in"


def _shown(request, pk, *, holds_key=False):
    """The screen of the activity `pk` for who keeps its record, with the code's picture; else nothing is found."""
    now = timezone.now()
    kept = Activity.objects.all() if holds_key else Activity.objects.permitted(request.user, "change")
    screen = checkin.screen(activities=kept.filter(pk=pk), at=now)
    if screen is None:
        raise Http404
    opens, closes = checkin.window(screen.activity)
    context = {"screen": screen, "activity": screen.activity, "early": now < opens, "opens": opens, "closes": closes}
    if screen.code:
        address = reverse("activities:check_in", args=[pk])
        context["qr"] = qr(request.build_absolute_uri(f"{address}?code={screen.code}"))
    return context


@require_safe
@never_cache
@inside
def screen(request, pk):
    """The page for the projector; it asks for the next code and the figures by itself."""
    context = _shown(request, pk)
    context["key"] = keys.feed_key(request.user, context["activity"], of=keys.HALL)
    return render(request, "activities/check_in_screen.html", context)


@require_safe
def screen_now(request, pk):
    """The part of the screen that changes; nothing is sent again while nothing has changed.

    It is asked every few seconds all evening: three queries, for sign-in, account and all that is shown.
    """
    key = request.headers.get("X-Feed-Key", "")
    holds_key = keys.holds_feed_key(request.user, pk, key, of=keys.HALL)
    if not request.user.is_authenticated:
        return to_sign_in(request)
    context = _shown(request, pk, holds_key=holds_key)
    stamp = f"{context['screen'].stamp} {get_language()} {context['early']}"
    etag = f'"{sha256(stamp.encode()).hexdigest()[:24]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = render(request, "activities/_check_in_screen.html", context)
        answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@method_decorator(never_cache, name="dispatch")
class CheckInView(InsideMixin, TemplateView):
    """What the code on the screen leads to: one tap, and the answer in large letters."""

    template_name = "activities/check_in.html"

    def dispatch(self, request, *args, **kwargs):
        """Keep that the code was good when it was scanned, for those who have to sign in first."""
        self.now = timezone.now()
        pk = kwargs["pk"]
        kept = request.COOKIES.get(COOKIE, "")
        self.scanned = checkin.scanned_at(activity=pk, ticket=kept, at=self.now)
        offered = request.GET.get("code", "")
        fresh = bool(offered) and checkin.accepts(activity=pk, code=offered, at=self.now)
        if fresh and self.scanned is None:
            self.scanned = self.now
        response = super().dispatch(request, *args, **kwargs)
        if fresh and self.scanned == self.now:
            response.set_cookie(
                COOKIE,
                checkin.ticket(activity=pk, at=self.now),
                max_age=checkin.TICKET,
                path=request.path,
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response

    def get_context_data(self, **kwargs):
        """Who one is here, and what is to be done."""
        activity = get_object_or_404(Activity.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        member = roles(self.request.user).member
        row = guest = None
        if member is not None:
            row = Attendance.objects.filter(activity=activity, member=member).first()
            guest = Guest.objects.filter(activity=activity, member=member).first() if row is None else None
        facts = {"activity": activity, "row": row, "guest": guest, "scanned": self.scanned, "at": self.now}
        opens, closes = checkin.window(activity)
        return super().get_context_data(
            activity=activity,
            member=member,
            row=row,
            guest=guest,
            standing=checkin.standing(**facts) if member is not None else "no_member",
            fresh="ok" in self.request.GET,
            late_code=bool(self.request.GET.get("code")) and self.scanned is None,
            opens=opens,
            closes=closes,
            **kwargs,
        )

    def post(self, request, pk):
        """Check in, or come as a walk-in or observer; whatever is refused says why on the same page."""
        activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
        member = roles(request.user).member
        kind = request.POST.get("as", "")
        act = {"activity": activity, "member": member, "at": self.now, "scanned": self.scanned}
        try:
            if member is None:
                raise ValidationError(_("您的账号未关联人员信息。"), code="no_member")
            if kind:
                checkin.come_as(kind=kind, **act)
            else:
                checkin.check_in(**act)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.render_to_response(self.get_context_data(), status=422)
        done = redirect(f"{request.path}?ok=1")
        # The ticket is spent: the next one who checks in on this phone scans for themselves.
        done.delete_cookie(COOKIE, path=request.path, samesite="Lax")
        return done
