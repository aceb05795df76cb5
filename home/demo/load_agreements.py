"""Joint agreements of the demo bureau: matched lists with progress, one that ends, one that waits to be signed."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from activities.choices import ItemList, ItemState
from activities.models import AgreementItem, AgreementParty, ItemNote, JointAgreement
from home.demo import people, places
from home.demo.texts.agreements import AGREEMENTS, PROGRESS
from staff.choices import Role
from staff.models import Grant, User

# Which of the twelve ends within two months, waits to be signed, and is open to the demo's partner.
ENDING, UNSIGNED, PARTNERS = 3, 1, 0


def load_agreements(world):
    """The joint agreements, their lists, and the joint activities held under them."""
    rng = world.rng("agreements")
    by_short = {county.short: county for county in places.COUNTIES}
    for place, text in enumerate(AGREEMENTS):
        county = by_short.get(text.county)
        code = county.code if county else places.CITY_CODE
        ours = {one.short_name: one for one in world.organisations.values() if not one.external}
        ours |= {key[1]: one for key, one in world.organisations.items() if isinstance(key, tuple) and key[0] == code}
        lead = next((ours[item.owner] for item in text.projects if item.owner in ours), world.organisations["offices"])
        parties = [made for one, made in world.partners[code] if one.kind in text.partners]
        signed = world.ago(60 + 70 * place)
        ends = world.ago(-40) if place == ENDING else signed + timedelta(days=365 * (1 + place % 3))
        agreement = JointAgreement.objects.create(
            title=world.label(text.title),
            lead=lead,
            signed_on=None if place == UNSIGNED else signed,
            starts=signed,
            ends=ends,
            principles=text.principles,
            goals="\n".join(text.goals),
            measures="\n".join(text.measures),
            safeguards="\n".join(text.safeguards),
        )
        committee = world.committee[lead.pk] or world.members
        _sides(rng, agreement, committee[0], parties)
        _items(world, rng, agreement, text, parties, committee)
        # One agreement in four has lain dormant; the others have the county's latest joint activities under them.
        if place % 4 != 1:
            projects = list(agreement.items.filter(list=ItemList.PROJECT))
            for activity in [one for one in world.joint[code] if one.agreement_id is None][-3:]:
                activity.agreement, activity.project = agreement, rng.choice(projects)
                activity.save(update_fields=["agreement", "project"])
                activity.partners.set(parties[:2])
        if place == PARTNERS and world.copy == 0:
            _account(world, parties[0])


def _sides(rng, agreement, contact, parties):
    """Whom to ask at each party; once it is signed, who signed."""
    lead = AgreementParty(jointagreement=agreement, partyorganisation=agreement.lead, contact=contact)
    rows = [lead, *(AgreementParty(jointagreement=agreement, partyorganisation=party) for party in parties)]
    for row, name in zip(rows[1:], people.names(rng, len(parties), namesakes=0), strict=True):
        row.contact_name, row.contact_phone = name, f"0871-6{rng.randrange(1_000_000, 9_999_999)}"
    if agreement.signed_on:
        for row in rows:
            row.signatory = row.contact.name if row.contact else row.contact_name
    AgreementParty.objects.bulk_create(rows)


def _items(world, rng, agreement, text, parties, committee):
    by_name = {name: one for one in [*parties, agreement.lead] for name in (one.name, one.short_name)}
    rows = []
    for kind, items in (
        (ItemList.NEED, text.needs),
        (ItemList.RESOURCE, text.resources),
        (ItemList.PROJECT, text.projects),
    ):
        for item in items:
            party = by_name.get(item.owner, agreement.lead if kind == ItemList.PROJECT else None)
            due = agreement.starts + timedelta(days=item.days) if item.days else None
            done = bool(due and due < world.today and rng.random() < 0.8)
            started = due is not None and not done
            others = [one for one in (agreement.lead, *parties) if party is None or one.pk != party.pk]
            rows.append(
                AgreementItem(
                    agreement=agreement,
                    list=kind,
                    title=item.text,
                    party=party,
                    partner=rng.choice(others) if kind == ItemList.PROJECT and others else None,
                    owner=rng.choice(committee) if party == agreement.lead and kind != ItemList.NEED else None,
                    due=due,
                    state=ItemState.DONE if done else ItemState.RUNNING if started else ItemState.OPEN,
                    percent=100 if done else rng.randrange(20, 80, 10) if started else 0,
                    result=(item.result or "已按约定办结") if done else "",
                )
            )
    AgreementItem.objects.bulk_create(rows)
    _match(rng, rows)
    _note(world, rng, rows)


def _match(rng, rows):
    """Resources of another party and projects meet the needs; the last need of some agreements is still unmet."""
    needs, offers, projects = ([row for row in rows if row.list == kind] for kind in ItemList.values)
    if len(needs) > 2 or rng.random() < 0.5:
        needs = needs[:-1]
    link = AgreementItem.meets.through
    pairs = []
    for need, project in zip(needs, projects, strict=False):
        offer = next((one for one in offers if one.party_id != need.party_id), None)
        pairs += [(one, need) for one in (offer, project) if one is not None]
        offers = [one for one in offers if one is not offer]
    link.objects.bulk_create([link(from_agreementitem_id=one.pk, to_agreementitem_id=need.pk) for one, need in pairs])


def _note(world, rng, rows):
    """What was reported of the projects on their way: two notes each, the later one further."""
    notes, office = [], User.objects.get(username="office")
    for row in rows:
        if row.list == ItemList.PROJECT and row.percent:
            days = sorted(rng.sample(range(3, 55), 2), reverse=True)
            for ago, percent, words in zip(days, (row.percent // 2, row.percent), PROGRESS, strict=True):
                notes.append(ItemNote(item=row, day=world.ago(ago), percent=percent, text=rng.choice(words), by=office))
    ItemNote.objects.bulk_create(notes)


def _account(world, party):
    """The demo's partner: sees the agreements of its organisation, and nothing else."""
    user = User.objects.create(
        username="partner", email="partner@demo.invalid", password=make_password(settings.DEMO_PASSWORD)
    )
    Grant.objects.create(user=user, role=Role.PARTNER, organisation=party, starts=world.ago(60))
