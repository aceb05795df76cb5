"""The rules of votes: how many of those entitled must be there, and what passes.

E are those entitled, P those of them present, W written opinions of absent members, Y votes for. The denominator is E,
never P nor the ballots cast (BR 11). Where a source leaves a choice the portal takes the stricter one: BR asks for
half, the portal for more than half.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from activities.choices import Kind, MotionKind


@dataclass(frozen=True)
class VoteRule:
    """What a kind of vote asks for, with the source of it."""

    quorum: object
    # The quorum as a fraction of E; `strict` asks for more than it.
    part: tuple
    strict: bool
    passes_when: object
    source: object
    secret: bool = False
    written: bool = False

    def has_quorum(self, *, entitled, present):
        """Whether enough of those entitled are there."""
        numerator, denominator = self.part
        reached, asked = denominator * present, numerator * entitled
        return entitled > 0 and (reached > asked if self.strict else reached >= asked)

    def passes(self, *, entitled, votes_for):
        """Whether more than half of those entitled are for it: 2Y > E."""
        return 2 * votes_for > entitled


HALF, FOUR_FIFTHS = (1, 2), (4, 5)
MORE_THAN_HALF = _("赞成票超过应到会有表决权党员的半数（2Y > E）")
RULES = {
    MotionKind.ORDINARY: VoteRule(
        quorum=_("到会有表决权党员超过半数（2P > E）"),
        part=HALF,
        strict=True,
        passes_when=MORE_THAN_HALF,
        source=_("《中国共产党支部工作条例（试行）》第十一条；到会人数按本系统从严规定"),
    ),
    MotionKind.COMMITTEE: VoteRule(
        quorum=_("到会委员达到半数（2P ≥ E）"),
        part=HALF,
        strict=False,
        passes_when=_("赞成委员超过应到会委员的半数（2Y > E）"),
        source=_("《中国共产党支部工作条例（试行）》第十二条"),
    ),
    MotionKind.ADMISSION: VoteRule(
        quorum=_("到会有表决权党员超过半数（2P > E）"),
        part=HALF,
        strict=True,
        passes_when=MORE_THAN_HALF,
        source=_("《中国共产党发展党员工作细则》：逐个无记名投票，会前书面意见计入票数"),
        secret=True,
        written=True,
    ),
    MotionKind.PROBATION: VoteRule(
        quorum=_("到会有表决权党员超过半数（2P > E）"),
        part=HALF,
        strict=True,
        passes_when=MORE_THAN_HALF,
        source=_("《中国共产党发展党员工作细则》：逐个表决，会前书面意见计入票数"),
        written=True,
    ),
    MotionKind.ELECTION: VoteRule(
        quorum=_("到会有选举权党员达到五分之四（5P ≥ 4E）"),
        part=FOUR_FIFTHS,
        strict=False,
        passes_when=_("赞成票超过应到会有选举权党员的半数（2Y > E）"),
        source=_("《中国共产党基层组织选举工作条例》"),
        secret=True,
    ),
}


def kinds_of(meeting):
    """The votes that a meeting of its kind takes: a committee votes as a committee."""
    if meeting == Kind.COMMITTEE:
        return [MotionKind.COMMITTEE]
    return [kind for kind in MotionKind if kind != MotionKind.COMMITTEE]
