"""Whether a sentence demands something of the product, and how plainly."""

from __future__ import annotations

import re

from .language import HAN

_BINDING = re.compile(
    r"\b(?:shall|must|should|(?:is|are|be) (?:required|prohibited|forbidden|mandatory)|(?:has|have"
    r"|needs?) to)\b"
    r"|应当|应该|必须|务必|不得|禁止|严禁|不允许|不应"
    r"|(?<![相供适响反对回理效感])应(?![用对聘届急收付答变试季])"
    r"|(?<!可能)(?<!是否)(?<!所)(?<!的)(?<!喜欢)(?<!满足)需要?(?!求|的|书)"
    r"|(?<![必])须(?!知)",
    re.I,
)
_MODAL = re.compile(
    r"\b(?:can|cannot|can't|may|will|won't|(?:is|are|be) (?:able|allowed|permitted|limited"
    r"|restricted)|only|never|always"
    r"|at (?:least|most)|no (?:more|less|fewer|later) than|up to|optional(?:ly)?|ensures?)\b"
    r"|可以|便可|即可|均可|方可|才可|只可|不可(?!避免|能)|(?<![许认尚])可(?=[在对按通将从由被以选根直查随同])"
    r"|(?<![性功智可职技节效万机才])能(?![力源量耗否效])|能够|支持|允许|不支持|只能|只有|仅|至少|至多|最多|最少|最大|最小|不超过|不少于|不低于|不大于"
    r"|无需|不需|(?<![社机开例集都学工])会(?![议员话计费签]|遇)|确保|保证|防止|避免",
    re.I,
)
_ENGLISH_VERBS = (
    "accept add allow answer appear apply archive assign attach block book calculat cancel change check clear close collect compar complet"
    " compress configur confirm contain cop creat decreas default deliver delet deny disabl disappear display download edit"
    " enabl encrypt enter exclud expir export fail fetch fill filter flag generat grant handl hash hid highlight ignor import"
    " includ increas insert issu keep limit link list load lock log mark mask match merg mov notif offer open order permit persist"
    " post prefill prevent print process prompt protect provid publish read receiv record redirect refresh refus reject releas remain"
    " remov renam render repeat replac requir reset resolv respond restor restrict retr return revok roll rotat round sav scan search"
    " select send serv set shar show sign sort start stop stor stream submit subscrib support suspend switch sync synchroni"
    " becom begin belong charg cost count end equal fall giv go happen hold last leav let pay reach refund run stay tak turn wait work terminat time toggl track trigger trim unlock updat upload us validat verif view warn withdraw writ"
)
_VERBS = "|".join(_ENGLISH_VERBS.split())
_BEHAVIOUR = re.compile(
    rf"\b(?:{_VERBS})(?:e?s|ies)\b"
    r"|\b(?:is|are|be|gets?) (?:not |automatically |then |also |never |immediately |always )?"
    r"(?:\w+(?:ed|en)|shown|sent|kept|held|built|made|set|reset|read|hidden|put|lost|unique"
    r"|mandatory|required|optional"
    r"|available|visible|case-(?:in)?sensitive|valid|invalid|empty|read-only)\b"
    r"|\b(?:is|are) (?:by|in|at|from|between|within|below|above|free|equal|one of|either|the same"
    r"|greater|less|longer|shorter)\b"
    r"|\b\d[\d.,]{0,30} ?(?:%|ms\b|s\b|(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?"
    r"|characters?|[KMG]B\b)"
    r"|\d ?(?:%|毫秒|秒|分钟|小时|天|位|个字|字符|次|条|人)"
    r"|\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /|\b(?:HTTP|status|code) [1-5]\d\d\b"
    r"|提示|显示|展示|弹出|跳转|返回|校验|验证|提供|自动|输入|点击|选择|填写|提交|保存|发送|推送|通知|记录|存储|删除|修改|新增|添加|创建|编辑|查询|查看"
    r"|搜索|检索|打卡|打[上下]班卡|累计|升级|降级|清零|分为|变为|转为|视为|兑换|扣减|赠送|收取|免费|有效期?|导入|导出|上传|下载|登录|登入|注册|退出|刷新|排序|筛选|分页|统计|审核|审批|生成|更新|同步|加密|锁定|解锁|禁用|启用|关闭|打开|扣除|退款"
    r"|支付|收藏|分享|分类|预约|进入|满足|符合|采用|使用|包含|包括|具有|具备|设置|调用|响应|默认|过期|失效|唯一|必填|拒绝|限制",
    re.I,
)
_IMPERATIVE = re.compile(
    r"(?:please |do not |don't |never |always |only )?"
    r"(?:accept|add|allow|apply|archive|assign|attach|authenticate|avoid|block|calculate|cancel"
    r"|change|check|clear|click|close"
    r"|collect|compare|confirm|create|deactivate|delete|deny|disable|display|download|edit|enable"
    r"|encrypt|ensure|enter|export"
    r"|fetch|filter|flag|forbid|generate|give|grant|handle|hash|hide|highlight|ignore|implement"
    r"|import|include|keep|let|limit"
    r"|list|load|lock|log|make|mark|mask|merge|move|notify|offer|open|order|permit|persist|press"
    r"|prevent|print|process|prompt"
    r"|protect|provide|publish|record|redirect|refuse|reject|remember|remind|remove|rename|replace"
    r"|require|reset|respond|restore"
    r"|restrict|retry|return|revoke|rotate|round|save|search|select|send|set|show|sign|sort|stop"
    r"|store|submit|support|suspend"
    r"|sync|tap|track|trim|type|unlock|update|upload|use|validate|verify|view|warn|write)\b(?!ing|ed)",
    re.I,
)
_CONDITION = re.compile(
    r"(?:if|when|once|after|before|unless|while|whenever|as soon as|given)\b|当|如果|若|一旦|如(?!下|图)",
    re.I,
)
_EXPLAINING = re.compile(
    r"(?:(?:this|that|it) (?:is|was) (?:because|why|important|meant|needed)|because\b"
    r"|for example\b|for instance\b|e\.g\.|in other words"
    r"|note that\b|the reason\b|the (?:goal|aim|idea|intention|background|motivation"
    r"|purpose) (?:is|of|behind)|historically"
    r"|we (?:think|believe|hope|expect|want|have|had|know|will|are|use|plan)\b|our (?:team|company"
    r"|customers|goal|support|competitors)"
    r"|in the past|so far\b|today\b|currently\b|at present|at the moment|last (?:year|month|week)"
    r"|according to (?:a|our|the) (?:survey|study|feedback)|many (?:of )?\w+\b(?! (?:must|shall))"
    r"|users? (?:often|usually|complain|told|tell|asked|like|love|hate|find|have complained)"
    r"|customers? (?:often|usually|complain|told|asked)"
    r"|由于|因为|例如|比如|换句话说|目前|现在市场|现阶段|当前市场|近年来|随着|众所周知|据(?:统计|调查)|我们(?:认为|希望|相信|小组|团队|计划)|其目的|目的是|旨在|这样做|之所以"
    r"|小组|团队|项目组|为了(?:更好|方便|满足))",
    re.I,
)
_REASONING = re.compile(
    r"\b(?:is|was|are|were) (?:expected|meant|intended|hoped|believed|known) to\b"
    r"|\b(?:was|were) (?:introduced|written|founded|replaced|decided|built)\b|\bwe (?:decided"
    r"|chose)\b|进行(?:测试|维护|开发)",
    re.I,
)
_LOOKING_BACK = re.compile(
    r"\bin the past\b|\blast (?:year|month|quarter)\b|\bagreed (?:in|on|at|upon)\b"
    r"|\blast (?:discussed|reviewed|edited|changed)\b"
    r"|\b(?:is|are) (?:described|defined|specified|documented|explained|repeated) (?:in|by|on|there|here)\b",
    re.I,
)
_POINTER = re.compile(
    r"[(（].{0,200}\b(?:see|cf\.)\s.{0,60}[)）]\.?$|[(（].{0,100}(?:参见|详见).{0,40}[)）]。?$", re.I | re.S
)
_QUOTED = re.compile(r"“[^“”]{0,120}”|「[^「」]{0,120}」|\"[^\"]{0,120}\"")
_ABOUT_THE_DOCUMENT = re.compile(
    r"(?:this|the (?:present|following)) (?:document|section|chapter|specification|table|figure"
    r"|appendix|srs|page|list)\b"
    r"|the (?:document|specification|rest of this)\b|(?:see|refer to) (?:also |the )?(?:section"
    r"|figure|table|chapter|appendix|https?:)"
    r"|this (?:text|draft|spec)\b|(?:last )?updated (?:on|\d)|last updated\b|最后更新|更新(?:时间|日期|于)[:：]?\s*\d"
    r"|the (?:key ?)?words\b|as (?:shown|described) (?:in|above|below)[^,]*[.:]?$"
    r"|本(?:文档|文|章|节|说明书|需求|规格)(?!.{0,8}(?:系统应|必须))|(?:如|见|参见|详见)(?:下|上)?(?:图|表|附录|附件"
    r"|第.{1,4}[章节])[^，]*$|(?:下|上)[图表](?:为|是|列)",
    re.I,
)
_DEFERRED = re.compile(
    r"\bout[ -]of[ -]scope\b|\bnot (?:in|part of) (?:the )?scope\b|\b(?:in|to|for|until) (?:a "
    r"|the )?(?:later|future|next) (?:release|version|phase)\b"
    r"|\bto be (?:decided|defined|determined|confirmed)\b|\bTB[CD]\b|不在.{0,8}范围|超出.{0,8}范围|暂不|本期不"
    r"|不属于本|待定|待确认",
    re.I,
)
_HEDGED = re.compile(r"可能需要|可能会|\b(?:might|perhaps|possibly|probably|could)\b", re.I)
_BARE_PREDICATE = re.compile(r"(?:can|cannot|may|must|shall|should|will|is|are|has|have)\b", re.I)
_QUANTIFIED = re.compile(r"[*_`]*[^:：\n]{1,40}[:：].*\d", re.S)
_STORY = re.compile(
    r"as an? .{1,80}?\bI (?:want|need|can|would|wish|must|should)\b|作为.{1,40}?我?(?:想|希望|要|需要|可以|能)",
    re.I | re.S,
)
_WORDS = re.compile(rf"[{HAN}]|[A-Za-z]")


def is_binding(sentence: str) -> bool:
    """shall, must, 应, 必须: said to be met, wherever it stands."""
    return bool(_BINDING.search(sentence)) and not _HEDGED.search(sentence)


def has_modal(sentence: str) -> bool:
    return bool(_MODAL.search(sentence) or _BINDING.search(sentence))


def is_imperative(sentence: str) -> bool:
    return bool(_IMPERATIVE.match(sentence.lstrip('*_`"“ ')))


def has_force(sentence: str) -> bool:
    """A demand, an order, a condition with what follows, or what the product does."""
    plain = sentence.lstrip('*_`"“ ')
    return bool(
        has_modal(plain)
        or _QUANTIFIED.match(plain)
        or _STORY.match(plain)
        or _IMPERATIVE.match(plain)
        or _BEHAVIOUR.search(plain)
        or _CONDITION.match(plain)
    )


def is_explanation(sentence: str) -> bool:
    plain = sentence.lstrip("*_` ")
    if _EXPLAINING.match(plain):
        return not _BINDING.search(plain) or plain.lower().startswith(
            ("for example", "for instance", "e.g.", "we ", "例如", "比如")
        )
    return bool(_REASONING.search(plain) or (_LOOKING_BACK.search(plain) and not is_binding(plain)))


def is_never_testable(sentence: str) -> bool:
    """Questions, pointers to other places, what is put off, and what holds no word."""
    plain = sentence.strip("*_` ")
    return (
        plain.endswith(("?", "？"))
        or (plain.startswith("~~") and plain.endswith("~~"))
        or bool(_ABOUT_THE_DOCUMENT.match(plain))
        or bool(_POINTER.match(plain))
        or bool(_DEFERRED.search(_QUOTED.sub("", plain)))
        or not _WORDS.search(plain)
    )


def lacks_subject(statement: str) -> bool:
    """Whether it begins with its modal verb: "can delete any user"."""
    return bool(_BARE_PREDICATE.match(statement))


def reads_alone(statement: str) -> bool:
    """Whether a list entry says who must do what without the line that the list hangs on."""
    if lacks_subject(statement):
        return False
    if re.match(r"(?:系统|用户|管理员|平台|页面|学生|老师|教师|当|如果|若)", statement):
        return True
    return statement[:1].isupper() and has_modal(statement) and not is_imperative(statement)
