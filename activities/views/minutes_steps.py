"""What is done with minutes that are written: signed, corrected, papers added and taken back, an account begun."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import account, minutes
from activities.forms.minutes import CorrectionForm, FilesForm
from activities.models import MinutesFile
from activities.views.minutes import Found, written
from staff.access import allowed, inside


def answer(request, address, act, done):
    """Do it and go back to the minutes with what became of it."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(address)


def wrong(form):
    """What a form refuses, as a refusal of its own."""
    return ValidationError([message for errors in form.errors.values() for message in errors])


@require_POST
@inside
def sign(request, pk, kind, host):
    """Chair or recorder signs what they read."""
    found = Found(request.user, pk, kind, host)
    if found.row is None or not minutes.signer_parts(found.row, found.member):
        raise Http404
    revision = request.POST.get("revision", "")

    def act():
        minutes.sign(
            minutes=found.row,
            member=found.member,
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
            at=timezone.now(),
            by=request.user,
        )

    return answer(request, found.address, act, _("已签字。"))


@require_POST
@inside
def correct(request, pk, kind, host):
    """Add a correction to signed minutes."""
    found = written(request.user, pk, kind, host)
    form = CorrectionForm(request.POST, prefix="correction")

    def act():
        if not form.is_valid():
            raise wrong(form)
        minutes.correct(minutes=found.row, by=request.user, **form.cleaned_data)

    return answer(request, found.address, act, _("更正已追加。"))


@require_POST
@inside
def attach(request, pk, kind, host):
    """Add photos and papers."""
    found = written(request.user, pk, kind, host)
    form = FilesForm(request.POST, request.FILES, prefix="files")

    def act():
        if not form.is_valid():
            raise wrong(form)
        minutes.attach(minutes=found.row, papers=form.cleaned_data["files"], by=request.user)

    return answer(request, found.address, act, _("附件已添加。"))


@require_POST
@inside
def detach(request, pk):
    """Take a file back."""
    file = get_object_or_404(MinutesFile.objects.permitted(request.user, "delete").select_related("minutes"), pk=pk)

    def act():
        minutes.detach(file=file, by=request.user)

    return answer(request, file.minutes.get_absolute_url(), act, _("附件已移除。"))


@require_POST
@inside
def tell(request, pk, kind, host):
    """Begin the account that staff will read, and go on writing it."""
    found = written(request.user, pk, kind, host)
    if not allowed(request.user, "change", found.activity):
        raise Http404
    try:
        page = account.draft(minutes=found.row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found.address)
    return redirect("wagtailadmin_pages:edit", page.pk)
