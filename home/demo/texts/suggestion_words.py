"""Wording round suggestions: reasons, progress, co-signers' remarks, and how one text becomes several."""

from random import Random

from home.demo.texts.shapes import Proposal
from home.demo.texts.suggestions_field import FIELD
from home.demo.texts.suggestions_market import MARKET
from home.demo.texts.suggestions_office import OFFICE
from home.demo.texts.suggestions_party import PARTY

BANK: tuple[Proposal, ...] = FIELD + MARKET + PARTY + OFFICE
TOPICS = tuple(dict.fromkeys(proposal.topic for proposal in BANK))

OUTCOMES = {"adopted": 56, "partly": 22, "not_adopted": 10, "kept": 12}

# Reasons for an outcome other than the one written for a proposal, so that answers differ as they do in life.
REASONS = {
    "partly": (
        "前半部分可行，已列入下月安排；涉及经费的部分待年中调整预算时一并研究。",
        "先在两个点试行一个季度，根据试行情况再定是否推开。",
        "流程部分照办；涉及其他部门职责的，由党建办会商后另行答复。",
        "现有人手下先做重点片区，其余片区暂按原办法。",
        "同意简化材料，但法定环节不能省，已调整为一次告知、一次提交。",
    ),
    "not_adopted": (
        "与现行制度不一致，暂不采纳；建议中反映的困难，改用预约办理的办法缓解。",
        "经与相关科室核对，同类措施已在执行，不再重复设置，请在平台查看现行办法。",
        "涉及个人信息公开，不宜采用；改为公布单位受理电话。",
        "投入与收效测算后不划算，暂不采纳，测算表已附给建议人。",
        "会增加基层填报负担，不予采纳；所需数据由平台自动取用。",
    ),
    "kept": (
        "思路可取，条件尚不成熟，留作明年工作计划的参考。",
        "需上级制度调整后方可实施，已作为意见向上反映。",
        "涉及信息系统改造，列入下一期需求清单。",
        "与在研的改革事项相关，待方案明确后再行答复。",
    ),
}
NOT_ACCEPTED = (
    "内容属个人劳动人事事项，请按人事程序反映，已转告受理渠道。",
    "未写明具体事项，已与建议人沟通，补充后可再次提交。",
    "所述问题上月已整改完毕，经建议人确认不再立案。",
    "不属本局职权范围，已告知建议人向有权部门反映。",
)
MERGED = ("与先前登记的建议内容相同，并案办理，结果一并答复。", "与同场次另一条建议属同一事项，并入主案。")
RETURNED = (
    "主要涉及收购环节，不属本单位职责，建议交烟叶科主办。",
    "需统一修改信息系统，建议由信息中心主办，我单位会办。",
    "涉及执法程序，建议改由法规科主办。",
)
PROGRESS = (
    "已与建议人当面沟通，弄清了问题出在哪个环节。",
    "已拟出办法初稿，正在征求两个基层单位意见。",
    "会办单位已回复意见，同意试行。",
    "试行第一周，收到反馈三条，已作调整。",
    "所需物品已申领，预计月底到位。",
    "已现场看过，方案可行，排入下周工作。",
    "通知已发到各中队和烟站，本月起执行。",
    "数据已核对，正在写答复。",
)
ASSISTING = (
    "同意主办单位意见，我单位配合提供数据。",
    "建议先小范围试行，避开收购高峰。",
    "系统层面可以实现，约需两周。",
    "经费可在现有预算内解决。",
    "从合规角度没有障碍，注意保留记录。",
)
REOPENED = (
    "答复写得笼统，没有说明什么时候落实。",
    "只答了第一条，第二条没有回应。",
    "与基层实际情况不符，请到现场看看。",
)
RATING_NOTES = (
    "答复很快，办得实在。", "说清了为什么，服气。", "已经用上了，管用。", "基本解决，希望尽快推开。",
    "理由充分，理解。",
)  # fmt: skip

_OPENINGS = (
    "", "", "", "在{place}工作中发现：", "近期走访时大家反映：", "结合{place}的实际，",
    "与几位同事商量后，", "试过一段时间，觉得可行：",
)  # fmt: skip
_CLOSINGS = (
    "", "", "", "可先在{place}试一个月。", "愿意由我们先试。", "不需要增加人手和经费。",
    "如可行，请明确由哪个部门牵头。", "试行中有问题随时调整。",
)  # fmt: skip


def vary(rng: Random, proposal: Proposal, place: str) -> Proposal:
    """`proposal` as somebody at `place` would put it, with an outcome drawn anew and the answer that goes with it."""
    opening, closing = rng.choice(_OPENINGS), rng.choice(_CLOSINGS)
    text = opening.format(place=place) + proposal.text + closing.format(place=place)
    outcome = rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    if outcome == proposal.outcome or (outcome == "adopted" and proposal.outcome != "adopted"):
        outcome, answer = proposal.outcome, proposal.answer
    elif outcome == "adopted":
        answer = proposal.answer
    else:
        answer = rng.choice(REASONS[outcome])
    progress = proposal.progress or rng.choice(PROGRESS)
    title = proposal.title if rng.random() < 0.6 else f"{place}:{proposal.title}"
    return proposal._replace(title=title, text=text, outcome=outcome, answer=answer, progress=progress)


def variations(rng: Random, count: int, places: tuple[str, ...]) -> list[Proposal]:
    """`count` proposals drawn from the bank so that each text recurs as seldom as may be."""
    made: list[Proposal] = []
    while len(made) < count:
        for proposal in rng.sample(BANK, min(len(BANK), count - len(made))):
            made.append(vary(rng, proposal, rng.choice(places)))
    return made
