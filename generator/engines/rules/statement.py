"""One item as the rules read it: who, what, on what, and the blanks that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from generator.drafts import Item, Language
from generator.engines.rules.limits import READ_LIMIT, Limit, limits, unquoted
from generator.engines.rules.nouns import unknown_thing
from generator.engines.rules.numbers import narrow
from generator.engines.rules.words import ACTIONS, ACTORS, CHINESE, DEEDS, THINGS, Sighting, Word

_LABEL = re.compile(r"^\s*(?:[-+*•·]\s*|[(（]?\d+(?:\.\d+)*[)）]?[.、]?(?=[\s\D])\s*)")
_SPACE = re.compile(r"\s+")
_PHRASE = re.compile(
    r"\s+(?:(?:a|an|the|any|all|only|whether|their|his|her|its|new|own|of|each|every|one)\s+)*([A-Za-z][A-Za-z-]*(?: [A-Za-z][A-Za-z-]*)?)"
)
_NO_NOUN = re.compile(
    r"\b(?:to|in|on|at|with|by|for|from|when|if|and|or|using|via|within|after|before|that|which|is|are|be|it|not"
    r"|should|must|can|will|shall|than|up|out|into|as|between|only|appears?|returns?|loads?|takes?)\b.*",
    re.I,
)
_PAGED = frozenset(
    "course class book forum room order cart product invoice plan article report task project account booklist calendar application loan reservation".split()
)
_ADDS_TO = re.compile(
    r"\badd(?:s|ing)? (?:a|an|the|their)?\s?[a-z]+ to (?:the|a|an|their|his|her)?\b|(?:为|给|对)[^，。]{1,8}(?:添加|设置|填写)",
    re.I,
)
_HANGING = re.compile(
    r"(?:[\s,]+(?:and|or|the|a|an|of|to|with|in|on|at|that|which|by|for|as|from|its|their))+$", re.I
)
_THE_SYSTEM = re.compile(r"(?:the )?(?:system|app|application|server|service|page)\s+(?=[a-z]+s\b)", re.I)
_ARTICLES = re.compile(r"(?:(?:the|an?|each|every|only|all|any)\s+)*", re.I)
_PRONOUNS = frozenset({"them", "it", "him", "her", "this", "that", "those", "themselves"})
_MODAL = re.compile(
    r"\b(?:can|may|must|shall|should|will|(?:is|are) (?:able|allowed|required) to)\s+(?:be able to\s+|also\s+)?|\bI(?: want|'d like| would like| need| wish) to\s+|\bI want (?:the|my|an?) [a-z ]{2,30}? to\s+|\bI (?:want|need) ",
    re.I,
)
_CHINESE_MODAL = re.compile(
    r"(?:我(?:想要?|希望)(?:能够?|可以)?|可以|能够|能|可|应该?|必须|需要?|支持|允许|提供|实现)"
)
FIELDS = frozenset(
    "password staff_number username email phone code url image file title description date address quantity age keyword"
    " comment profile reason remark rating price".split()
)
_FEATURE = re.compile(r"\s?(?:功能|features?|function)", re.I)
_SELF_NAMED = frozenset(
    {"reserve", "filter", "comment", "notify", "favourite", "history", "calendar", "chat"}
)
_LENDING = re.compile(r"借[书阅]|borrow|lend|loan", re.I)
_UNKNOWN_GUEST = re.compile(r"登|unauth|sign|log", re.I)
_CONDITION = re.compile(r"\b(?:so that|when|if|unless|after|before|because|until|while)\b|以便|从而", re.I)
_CLAUSE = re.compile(r"[.;:,!?。；：，！？\n(（]")


@dataclass(frozen=True)
class Statement:
    """`focus` is the item's own clause; `text` carries the sentence on which it hangs."""

    item: Item
    language: Language

    @cached_property
    def text(self) -> str:
        return narrow(_SPACE.sub(" ", self.item.text[:READ_LIMIT]).strip())

    @cached_property
    def focus(self) -> str:
        quote = _LABEL.sub("", narrow(_SPACE.sub(" ", self.item.quote[:READ_LIMIT]))).strip(" ,.;，。；、")
        return quote if quote and len(quote) < 0.8 * len(self.text) else self.text

    @cached_property
    def is_chinese(self) -> bool:
        return CHINESE.search(self.text) is not None

    @cached_property
    def is_foreign(self) -> bool:
        """Written in another language than its cases: then its words may only be quoted."""
        return self.is_chinese != (self.language == "zh-hans")

    @cached_property
    def limits(self) -> list[Limit]:
        return limits(self.text)

    @cached_property
    def actor(self) -> Word:
        seen = next(iter(ACTORS.sightings(self.text)), None)
        if seen is None:
            return ACTORS.words["user"]
        return seen.word if seen.word.key == "guest" else self.called(seen, self.text)

    @cached_property
    def demands(self) -> bool:
        """Whether it says by a modal verb that something shall be so."""
        return (_CHINESE_MODAL if self.is_chinese else _MODAL).search(self.text) is not None

    @cached_property
    def has_actor(self) -> bool:
        return any(ACTORS.sightings(self.text))

    @cached_property
    def things(self) -> list[Sighting]:
        return list(THINGS.sightings(unquoted(self.focus)))

    def called(self, seen: Sighting, text: str) -> Word:
        return seen.word.called(text[seen.start : seen.end], self.language)

    @cached_property
    def actions(self) -> list[tuple[Sighting, str]]:
        """What is done, the most special first, with the text that says so: the clause before its sentence and heading."""
        says_enough = self.limits or self.demands
        for text in (self.focus, self.text, "" if says_enough else self.item.heading):
            found = ACTIONS.by_rank(_without_guests(unquoted(text)))
            if found:
                found.sort(key=lambda sighting: _FEATURE.match(text, sighting.end) is None)
                return [(sighting, text) for sighting in found]
        return []

    @cached_property
    def thing(self) -> Word:
        action = self.actions[0][0] if self.actions and self.actions[0][1] == self.focus else None
        others = (
            self.things
            if action is None
            else [seen for seen in self.things if not _names_itself(action, seen)]
        )
        others = [seen for seen in others if seen.word.key not in {"date", "history", "keyword"}] or others
        behind = [seen for seen in others if action is None or seen.end > action.start]
        nearest = behind[:1] or others[-1:] or self.things[:1]
        if action and action.word.key == "create" and nearest and not self.is_foreign and not self.is_chinese:
            phrase = _PHRASE.match(self.focus, action.end)
            noun = _NO_NOUN.sub("", phrase[1]).strip().lower() if phrase else ""
            if phrase and noun and nearest[0].start > phrase.end() and " " not in noun:
                return self._unknown_thing()
        if action and action.word.key == "reserve" and not others:
            return THINGS.words["book" if _LENDING.search(self.text) else "seat"]
        return self.called(nearest[0], self.focus) if nearest else self._unknown_thing()

    def _unknown_thing(self) -> Word:
        if self.actions and self.actions[0][1] == self.focus and not self.is_foreign and not self.is_chinese:
            phrase = _PHRASE.match(self.focus, self.actions[0][0].end)
            noun = _NO_NOUN.sub("", phrase[1]).strip().lower() if phrase else ""
            noun = re.sub(r"\s(?:of|or|and)$", "", noun)
            if len(noun) > 2 and noun not in _PRONOUNS:
                shown = noun.capitalize()
                return Word(
                    "unknown", noun, noun, "记录", (f"{shown} A-01", f"{shown} B-02", "记录A-01", "记录B-02")
                )
        found = unknown_thing(self.focus, self.language, is_foreign=self.is_foreign)
        if found.english == "record" and self.focus != self.text:
            return unknown_thing(self.text, self.language, is_foreign=self.is_foreign)
        return found

    @cached_property
    def deed(self) -> str:
        """What is done, in the words of the text: a few of them, to be quoted."""
        modal = (_CHINESE_MODAL if self.is_chinese else _MODAL).search(self.focus)
        said = self.focus[modal.end() :] if modal else self._without_subject(self.focus)
        rest = (
            _CONDITION.split(said)[0]
            if not _CONDITION.match(said)
            else said.partition(",")[2] or said.partition("，")[2] or said
        )
        rest = next((part for part in _CLAUSE.split(rest) if part.strip()), rest).strip().strip("“”\"'")
        if self.is_chinese:
            return rest[:20] or "…"
        return _HANGING.sub("", " ".join(rest.split()[:9])[:70]) or "…"

    def _without_subject(self, text: str) -> str:
        """ "The fan picks a concert" as the deed "pick a concert"."""
        system = _THE_SYSTEM.match(text)
        roles = (seen.end for seen in ACTORS.sightings(text) if _ARTICLES.fullmatch(text[: seen.start]))
        end = system.end() if system else next(roles, 0)
        if not end or self.is_chinese:
            return text
        verb, _, rest = text[end:].strip().partition(" ")
        if not re.fullmatch(r"[a-z]+s", verb) or verb in {"is", "was", "has", "does"}:
            return text
        return f"{re.sub('(?<=ss|sh|ch|zz)es$|(?<=x)es$|s$', '', verb)} {rest}"

    @cached_property
    def owner(self) -> Word:
        """The form to which a field belongs: the first thing of the sentence that is no field itself."""
        seen = (seen for seen in THINGS.sightings(self.text) if seen.word.key not in FIELDS)
        first = next(seen, None)
        return self.called(first, self.text) if first else self._unknown_thing()

    @cached_property
    def matter(self) -> str:
        """What is done, as short as a title needs it: "delete courses"; unknown deeds in their own words, quoted."""
        key = self.actions[0][0].word.key if self.actions else ""
        if key not in DEEDS or (self.thing.english == "record" and "{thing" in DEEDS[key][0]):
            return f"“{self.deed}”"
        deed = DEEDS[key][0 if self.language == "en" else 1]
        if (
            key == "create"
            and self.thing.key in FIELDS
            and _ADDS_TO.search(self.focus)
            and self.owner.key not in FIELDS
        ):
            field, owner = self.thing, self.owner
            return (
                f"set the {field.english} of {owner.plural}"
                if self.language == "en"
                else f"设置{owner.chinese}的{field.chinese}"
            )
        is_field = key in {"create", "edit", "fill"} and self.thing.key in FIELDS
        thing = self.owner if is_field else self.thing
        return deed.replace("{things}", thing.plural).replace("{thing}", thing.name(self.language))

    @cached_property
    def slots(self) -> dict[str, str]:
        """The blanks that every sheet may use."""
        language = self.language
        name, other = self.thing.samples(language)
        actor, thing = self.actor.name(language), self.thing.name(language)
        outsider = self._outsider()
        return {
            "actor": actor,
            "Actor": actor.capitalize(),
            "thing": thing,
            "Thing": thing.capitalize(),
            "things": self.thing.many(language),
            "name": name,
            "other": other,
            "outsider": outsider,
            "Outsider": outsider.capitalize(),
            "deed": self.deed,
            "matter": self.matter,
            "tag": actor,
            "spot": self._spot(name),
        }

    def _spot(self, name: str) -> str:
        """The page to open: that of a thing that has one, else the page on which the deed is done."""
        if self.thing.key in _PAGED or (
            self.thing.key == "unknown" and self.thing.english != "record" and " " not in self.thing.english
        ):
            return f"“{name}”"
        return "the page" if self.language == "en" else "页面"

    def _outsider(self) -> str:
        role = self.actor.name(self.language)
        if self.actor.key in {"user", "guest"}:
            return "visitor who is not signed in" if self.language == "en" else "未登录的访客"
        return f"user without the role {role}" if self.language == "en" else f"没有{role}角色的用户"


def _names_itself(action: Sighting, thing: Sighting) -> bool:
    """To reserve is not done to the reservation, to classify not to the class of things."""
    return action.word.key in _SELF_NAMED and action.start <= thing.start and thing.end <= action.end


def _without_guests(text: str) -> str:
    """Who is "not signed in" does not sign in: the same length of text without them."""
    for seen in ACTORS.sightings(text):
        if seen.word.key == "guest" and _UNKNOWN_GUEST.search(text, seen.start, seen.end):
            text = text[: seen.start] + "¤" * (seen.end - seen.start) + text[seen.end :]
    return text
