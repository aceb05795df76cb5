"""The rules of access to what people post, built from the roles of `staff.access`."""

from django.db.models import Q
from wagtail.permissions import register_permission_policy

from home import models
from home.models.updates import UpdateAudience
from staff.access import EVERYTHING, RolePolicy, either
from staff.choices import Role
from staff.policies import office, own_account


def updates(roles):
    """Updates that one reads: of the bureau, of one's unit, of one's branch, and one's own; the office reads all."""
    if not roles.inside:
        return None
    if roles.holds(Role.OFFICE):
        return EVERYTHING
    shown = Q(hidden_because="")
    q = Q(audience=UpdateAudience.BUREAU)
    if roles.member:
        q |= Q(audience=UpdateAudience.UNIT, unit=roles.member.unit_id)
        if roles.member.branch_id:
            q |= Q(audience=UpdateAudience.BRANCH, branch=roles.member.branch_id)
        return (shown & q) | Q(author=roles.member.pk)
    return shown & q


def _of_update(roles):
    q = updates(roles)
    if q is None or not q:
        return q
    return Q(update__in=models.Update.objects.filter(q).values("pk"))


def own_updates(roles):
    """Updates that one changes or takes back: one's own; the office hides what must not stand."""
    return either(office(roles), Q(author=roles.member.pk) if roles.member else None)


def written(roles):
    """What one wrote oneself: nobody else changes somebody's words."""
    return Q(author=roles.member.pk) if roles.member else None


def member_add(roles):
    """Whoever is a member of staff."""
    return EVERYTHING if roles.member else None


def own_comments(roles):
    """Comments that one takes back: one's own; the office any."""
    return either(office(roles), Q(author=roles.member.pk) if roles.member else None)


def wordings(roles):
    """Earlier wordings: the office's, and of one's own."""
    if roles.member is None:
        return office(roles)
    mine = Q(update__author=roles.member.pk) | Q(comment__author=roles.member.pk)
    return either(office(roles), mine)


def own_reports(roles):
    """Reports that one brought before the office."""
    return either(office(roles), Q(by=roles.user.pk) if roles.member else None)


def readers_kept(roles):
    """People whose receipts one sees: the office everybody's, a secretary and a manager their own people's."""
    return either(office(roles), roles.organisation_q("branch", Role.SECRETARY), roles.unit_q("unit", Role.MANAGEMENT))


def completions(roles):
    """What one's own people finished of the study material, and what one finished oneself."""
    kept = either(
        office(roles),
        roles.organisation_q("member__branch", Role.SECRETARY),
        roles.unit_q("member__unit", Role.MANAGEMENT),
    )
    return either(kept, own_completions(roles))


def own_completions(roles):
    """What one finished oneself."""
    return Q(member=roles.member.pk) if roles.member else None


def proposals(roles):
    """Exemplars put forward by the organisations of which one is secretary; the office's are all."""
    return either(office(roles), roles.organisation_q("organisation", Role.SECRETARY))


def secretaries(roles):
    """Whoever keeps an organisation may put somebody forward."""
    return either(office(roles), EVERYTHING if roles.holds(Role.SECRETARY) else None)


def register():
    """Register a policy for every model of `home` that is not a page or a site setting."""
    table = {
        models.Receipt: {"view": office, "add": own_account()},
        models.StudyCompletion: {"view": completions, "add": member_add, "delete": own_completions},
        models.Update: {
            "view": updates,
            "add": member_add,
            "change": own_updates,
            "delete": own_updates,
            "reword": written,
        },
        models.UpdatePhoto: {"view": _of_update},
        models.Comment: {"view": _of_update, "add": member_add, "change": written, "delete": own_comments},
        models.Mention: {"view": _of_update},
        models.Wording: {"view": wordings},
        models.Report: {"view": own_reports, "add": member_add, "change": office},
        models.ExemplarProposal: {"view": proposals, "add": secretaries, "change": proposals, "publish": office},
        models.Reaction: {"view": _of_update, "add": member_add},
    }
    for model, rules in table.items():
        register_permission_policy(model, RolePolicy(model, **rules))
