"""`manage.py grant`: gives an account a role, and makes the first accounts of a bureau."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from staff import grants
from staff.choices import GRANTED_ROLES
from staff.models import PartyOrganisation, Unit, User


class Command(BaseCommand):
    """A few lines over `staff.grants.give`."""

    help = "Give an account a role over a unit, an organisation or the bureau; a secretary's comes from a post."

    def add_arguments(self, parser):
        """Who, what, over what."""
        parser.add_argument("username", help="the account's user name")
        parser.add_argument("role", choices=[role.value for role in GRANTED_ROLES])
        parser.add_argument("--unit", metavar="NAME", help="the role reaches this unit and those below it")
        parser.add_argument(
            "--organisation", metavar="NAME", help="the role reaches this party organisation and those below it"
        )
        parser.add_argument("--create", action="store_true", help="make the account when there is none")
        parser.add_argument("--email", default="", help="its e-mail address, with --create")

    def handle(self, *, username, role, unit, organisation, create, email, **options):
        """Give the role; an account without a password gets a link to set one."""
        try:
            with transaction.atomic():
                user = self.account(username, create, email)
                scope = {
                    "unit": self.named(Unit, unit, "--unit"),
                    "organisation": self.named(PartyOrganisation, organisation, "--organisation"),
                }
                grant = grants.give(user=user, role=role, **scope)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{user.username}: {grant.role}, {grant.unit or grant.organisation or 'the whole bureau'}")
        if not user.has_usable_password():
            self.stdout.write(f"Set the password here, once, within three days:\n{self.link(user)}")

    def account(self, username, create, email):
        """The account of that name, made if asked."""
        user = User.objects.filter(username=username).first()
        if user is None and not create:
            raise CommandError(f"There is no account {username}; --create makes it.")
        if user is None:
            user = User(username=username, email=email)
            user.set_unusable_password()
            user.full_clean(exclude=["password"])
            user.save()
        return user

    def named(self, model, name, option):
        """The row of that name or short name, or None when no name was given."""
        if not name:
            return None
        found = list(model.objects.filter(Q(name=name) | Q(short_name=name))[:2])
        if len(found) != 1:
            raise CommandError(f"{option}: {'several have' if found else 'nothing has'} the name {name}.")
        return found[0]

    def link(self, user):
        """The address at which the account's password is set, good for one use."""
        key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
        return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)
