"""Exemplars chosen by branches: put forward by a secretary, published or returned by the party office."""

from html import escape

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from home.models import ExemplarIndexPage, ExemplarPage, ExemplarProposal, ProposalState
from home.oversight import office
from staff.choices import NotificationKind
from staff.notifications import notify


def put_forward(*, proposal, by):
    """Store a proposal, new or changed after it was returned; the office is told. Its member is of the organisation."""
    _check(proposal)
    new = proposal.pk is None
    with transaction.atomic():
        if not new:
            _open(ExemplarProposal.objects.select_for_update().get(pk=proposal.pk))
        else:
            proposal.proposed_by = by
        proposal.state, proposal.returned_because = ProposalState.PROPOSED, ""
        proposal.full_clean()
        proposal.save()
        log(instance=proposal, action="home.proposal.put_forward" if new else "home.proposal.change", user=by)
        words = {"branch": proposal.organisation, "name": proposal.member.name}
        notify(
            users=[user for user in office() if user != by],
            kind=NotificationKind.SYSTEM,
            text=lambda: _("%(branch)s推荐了先进典型：%(name)s") % words,
            address=proposal.get_absolute_url(),
            key=f"proposal:{proposal.pk}:{timezone.localdate()}",
        )
    return proposal


def _check(proposal):
    branch = proposal.member.branch
    if branch is None or not branch.path.startswith(proposal.organisation.path):
        raise ValidationError({"member": _("推荐人选不在这个支部，请选择本支部的人员。")})


def _open(row):
    if row.state == ProposalState.TAKEN:
        raise ValidationError(_("这份推荐已被采用，不能再修改。"))


@transaction.atomic
def take(*, proposal, publish, by):
    """Make a page of a proposal: published at once, or as a draft that the office goes on writing."""
    row = ExemplarProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != ProposalState.PROPOSED:
        raise ValidationError(_("这份推荐已经处理过了。"))
    paragraphs = [part.strip() for part in row.deeds.splitlines() if part.strip()]
    page = ExemplarPage(
        title=f"{row.member.name}：{row.title}",
        member=row.member,
        unit=row.member.unit,
        honour=row.honour,
        introduction=row.introduction,
        body=[("text", "".join(f"<p>{escape(part)}</p>" for part in paragraphs))],
        live=False,
        owner=by,
    )
    ExemplarIndexPage.objects.get().add_child(instance=page)
    revision = page.save_revision(user=by, log_action=True)
    if publish:
        revision.publish(user=by)
    row.state, row.page = ProposalState.TAKEN, page
    row.save(update_fields=["state", "page"])
    log(instance=row, action="home.proposal.take", user=by, data={"page": page.pk})
    _tell(row, lambda: _("您推荐的%(name)s已被采用为先进典型。") % {"name": row.member.name}, by)
    return page


@transaction.atomic
def send_back(*, proposal, because, by):
    """Return a proposal to its branch, with the reason."""
    row = ExemplarProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != ProposalState.PROPOSED:
        raise ValidationError(_("这份推荐已经处理过了。"))
    row.state, row.returned_because = ProposalState.RETURNED, because
    row.full_clean()
    row.save(update_fields=["state", "returned_because"])
    log(instance=row, action="home.proposal.return", user=by)
    words = {"name": row.member.name, "because": because}
    _tell(row, lambda: _("您推荐的%(name)s被退回：%(because)s") % words, by)
    return row


def _tell(row, text, by):
    if row.proposed_by != by:
        address = reverse("home:proposal", args=[row.pk])
        key = f"proposal:{row.pk}:{row.state}:{timezone.now():%Y%m%d%H%M%S}"
        notify(users=[row.proposed_by], kind=NotificationKind.SYSTEM, text=text, address=address, key=key)
