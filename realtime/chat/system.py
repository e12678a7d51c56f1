"""The system conversation: what the site itself has to say to a user, kept where they talk."""

from __future__ import annotations

from uuid import UUID

import nh3

from core.cards import references_in
from realtime.chat.messages import say
from realtime.chat.models import TEXT_LIMIT, Membership, Message, Room
from realtime.chat.plain import without_direction
from realtime.events import Publisher


def tell_in_chat(publisher: Publisher, user_id: UUID, *, title: str, body: str, url: str) -> None:
    """Say something in the user's system conversation, which is made when it is first needed."""
    key = f"system:{user_id.hex}"
    Room.objects.get_or_create(key=key, defaults={"kind": Room.Kind.SYSTEM})
    room = Room.objects.select_for_update().get(key=key)
    Membership.objects.get_or_create(room=room, user_id=user_id, defaults={"read_until": room.spoken_at})
    text = "\n".join(line for line in (title, body, url) if line)[:TEXT_LIMIT]
    message = Message(room=room, text=text, html=_html(title, body, url), references=references_in(url))
    say(publisher, room, message)


def _html(title: str, body: str, url: str) -> str:
    """No Markdown: a title is somebody's text and means what it says."""
    named = nh3.clean_text(without_direction(title))
    linked = f'<a href="{nh3.clean_text(url)}">{named}</a>' if url else named
    said = nh3.clean_text(without_direction(body))
    return nh3.clean(f"<p>{linked}</p>" + (f"<p>{said}</p>" if body else ""), tags={"p", "a"})
