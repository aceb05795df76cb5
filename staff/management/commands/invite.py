"""`manage.py invite`: links by which people set the first password of their accounts."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from staff import invitations
from staff.models import Member, Unit


class Command(BaseCommand):
    """A few lines over `staff.invitations.invite`."""

    help = "Print a link for a member, or for each of a unit, who has no password yet; a new link ends the one before."

    def add_arguments(self, parser):
        """Who, and how."""
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--member", metavar="NUMBER", help="the employee number")
        who.add_argument("--unit", metavar="NAME", help="all of this unit and those below it")
        parser.add_argument("--mail", action="store_true", help="send the links to those who have an address")

    def handle(self, *, member, unit, mail, **options):
        """Invite, and print one line for each."""
        invited = invitations.invite(members=self.members(member, unit), mail=mail)
        if not invited:
            self.stdout.write("Nobody to invite: all have a password, left, or have a closed account.")
        for row in invited:
            self.stdout.write(f"{row.member.employee_number}\t{row.member.name}\t{row.link or 'by mail'}")

    def members(self, number, unit):
        """The people meant."""
        if number:
            members = Member.objects.filter(employee_number__iexact=number)
        else:
            units = list(Unit.objects.filter(Q(name=unit) | Q(short_name=unit))[:2])
            if len(units) != 1:
                raise CommandError(f"--unit: {'several have' if units else 'nothing has'} the name {unit}.")
            members = Member.objects.filter(unit__in=Unit.objects.below(units[0]))
        if not members.exists():
            raise CommandError(f"There is nobody: {number or unit}.")
        return members
