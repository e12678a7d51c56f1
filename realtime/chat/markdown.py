"""Markdown as messages show it: made once, clean, inert (bold text and links, not somebody's page)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from realtime.chat.plain import without_direction

MENTION = re.compile(r"(?<![A-Za-z0-9_@.+-])@([\w.@+-]+)")
"""What may be a user's name behind an @ that belongs to no address."""
AFTER_A_NAME = re.compile(r"[.@+-]|[^\x00-\x7f]")
"""May end a name, but also a sentence; and Chinese goes on without a space."""

TAGS = {*"p br strong em s code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 hr a span".split()}
TAGS |= {*"table thead tbody tr th td".split()}
ATTRIBUTES = {"a": {"href", "title", "target"}, "ol": {"start"}, "span": {"class", "data-user"}}
SCHEMES = {"http", "https", "mailto"}
OWN_PAGE = re.compile(r"/(?!/)|#")
REL = "noopener noreferrer nofollow"


def render(text: str, names: Collection[str] = ()) -> tuple[str, list[str]]:
    """`text` as clean HTML, and which of `names` it mentions, in order."""
    env: dict[str, Any] = {"names": {name.casefold(): name for name in names}, "mentioned": []}
    env["names"] |= {name: name for name in names}
    html = nh3.clean(
        PARSER.render(text, env),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=REL,
    )
    return without_direction(html), list(dict.fromkeys(env["mentioned"]))


def _mark_mentions(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_with_mentions(block.children, state.env))


def _with_mentions(tokens: Sequence[Token], env: Any) -> Iterator[Token]:
    """Code is a token of its own, and a link's text stays the link's."""
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not links:
            yield from _split(token, env)
        else:
            yield token


def _split(token: Token, env: Any) -> Iterator[Token]:
    done = 0
    for found in MENTION.finditer(token.content):
        name, length = _name_at(found[1], env["names"])
        if name:
            env["mentioned"].append(name)
            end = found.start() + 1 + length
            yield _text(token, token.content[done : found.start()])
            yield Token("mention", "", 0, content=token.content[found.start() : end], meta={"user": name})
            done = end
    yield _text(token, token.content[done:])


def _name_at(written: str, names: dict[str, str]) -> tuple[str | None, int]:
    """The member who is meant, and how much of `written` is the name."""
    name = written
    while name not in names and name.casefold() not in names:
        if not AFTER_A_NAME.match(name[-1:]):
            return None, 0
        name = name[:-1]
    return names.get(name) or names[name.casefold()], len(name)


def _text(like: Token, content: str) -> Token:
    return like.copy(content=content)


def _render_mention(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    user, shown = nh3.clean_text(token.meta["user"]), nh3.clean_text(token.content)
    return f'<span class="mention" data-user="{user}">{shown}</span>'


def _render_link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """What leads away from the site opens beside it."""
    if not OWN_PAGE.match(str(tokens[index].attrGet("href"))):
        tokens[index].attrSet("target", "_blank")
    return str(self.renderToken(tokens, index, options, env))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    parser.enable(["linkify", "strikethrough", "table"])
    parser.disable(["image", "html_block", "html_inline"])  # a picture from elsewhere would tell who reads
    parser.core.ruler.push("mention", _mark_mentions)
    parser.add_render_rule("mention", _render_mention)
    parser.add_render_rule("link_open", _render_link)
    return parser


PARSER = _parser()
