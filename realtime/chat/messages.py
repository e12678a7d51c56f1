"""What people say in rooms: send, edit, delete, react. One transaction each, with all that it tells."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.cards import references_in
from core.models import User
from core.text import can_be_stored, is_blank, with_unix_line_ends
from core.validation import InvalidInput
from realtime.chat.files import Attachment
from realtime.chat.ids import uuid_in
from realtime.chat.markdown import render
from realtime.chat.models import CLIENT_ID_LIMIT, TEXT_LIMIT, ChatFile, Membership, Message, Reaction, Room
from realtime.chat.notes import body_of, note_change, note_message, subject_of
from realtime.chat.reactions import REACTIONS_LIMIT, is_emoji
from realtime.chat.reading import count_in, count_mentions, count_out
from realtime.chat.refusals import DoesNotFit, NotAllowed
from realtime.chat.rooms import KINDS_OF_PEOPLE, locked, next_moment
from realtime.chat.telling import members_of, tell_message, tell_room
from realtime.events import Publisher, publishing
from realtime.notifications.many import read_by_each


def history(room: Room) -> QuerySet[Message]:
    """All that was said in `room`, what was deleted too, the newest first."""
    return room.messages.all()


def search(user: User, words: str, room: Room | None = None) -> QuerySet[Message]:
    """Messages with `words` in the rooms that `user` is in, or in `room` alone."""
    if not can_be_stored(words):
        return Message.objects.none()
    found = Message.objects.filter(deleted_at=None, text__icontains=words)
    if room:
        return found.filter(room=room)
    return found.filter(room__in=Membership.objects.filter(user=user).values("room"))


def clean_message(text: str, *, files: int = 0) -> str:
    """`text` as it may be sent, "" when it is blank. Raise `InvalidInput`."""
    if not can_be_stored(text):
        raise InvalidInput({"text": _("Remove the NUL characters and broken surrogate pairs.")})
    text = with_unix_line_ends(text)
    if len(text) > TEXT_LIMIT:
        words = _("Use at most %(max)s characters; these are %(n)s.")
        raise InvalidInput({"text": words % {"max": f"{TEXT_LIMIT:,}", "n": f"{len(text):,}"}})
    if is_blank(text) and not files:
        raise InvalidInput({"text": _("Give some text.")})
    return "" if is_blank(text) else text


def send_message(
    room: Room,
    author: User,
    text: str,
    *,
    client_id: str = "",
    reply_to: str = "",
    files: Sequence[Attachment] = (),
) -> tuple[Message, bool]:
    """Say `text` in `room`. Also whether it is new: the same `client_id` again is the same message.

    Raise `InvalidInput`, or `NotAllowed` for who is not in the room, and in the system conversation.
    """
    text = clean_message(text, files=len(files))
    if len(client_id) > CLIENT_ID_LIMIT or not can_be_stored(client_id):
        raise InvalidInput(
            {"client_id": _("Use at most %(max_length)s characters.") % {"max_length": CLIENT_ID_LIMIT}}
        )
    with publishing() as publisher:
        room = locked(room)
        members = _with(author, members_of(room))
        if room.kind == Room.Kind.SYSTEM:
            raise NotAllowed(_("Only Caseloom writes here."))
        earlier = room.messages.filter(author=author, client_id=client_id).first() if client_id else None
        if earlier:
            return earlier, False
        message = Message(room=room, author=author, client_id=client_id, text=text)
        message.reply_to = _answered(room, reply_to)
        _read_text(message, members)
        say(publisher, room, message, files)
        read_by_each(publisher, [author.pk], subject_of(room.pk))
        note_message(publisher, room, message, members, set(message.mentioned))
    return message, True


def _with(user: User, members: list[Membership]) -> list[Membership]:
    if not any(member.user_id == user.pk for member in members):
        raise NotAllowed(_("Join the room first."))
    return members


def _answered(room: Room, reply_to: str) -> Message | None:
    if not reply_to:
        return None
    asked = uuid_in(reply_to)
    message = room.messages.filter(pk=asked, deleted_at=None).first() if asked else None
    if message is None:
        raise InvalidInput({"reply_to": _("There is no such message in this room.")})
    return message


def _read_text(message: Message, members: Sequence[Membership]) -> list[str]:
    """Make `html` and what hangs on it of the text. Return the names that were not mentioned before."""
    before = set(message.mentioned)
    message.html, message.mentioned = render(message.text, [member.user.username for member in members])
    message.references = references_in(message.text)
    return [name for name in message.mentioned if name not in before]


def say(publisher: Publisher, room: Room, message: Message, files: Sequence[Attachment] = ()) -> None:
    """Put `message` into `room`, whose row is locked, count it and tell the members."""
    message.created_at = room.spoken_at = next_moment(room)
    message.save(force_insert=True)
    ChatFile.objects.bulk_create(
        ChatFile(
            message=message,
            name=file.name,
            media_type=file.media_type,
            size=len(file.content),
            content=file.content,
        )
        for file in files
    )
    room.last_message = message
    room.save(update_fields=["last_message", "spoken_at"])
    count_in(message)
    tell_message(publisher, "message.created", message, members_of(room))
    tell_room(publisher, room)


def edit_message(message: Message, user: User, text: str) -> Message:
    """Raise `InvalidInput`, `NotAllowed` for who did not write it, `DoesNotFit` once it is deleted."""
    if message.author_id != user.pk:
        raise NotAllowed(_("Only who wrote a message may change it."))
    with publishing() as publisher:
        message, members = _in_its_room(message, user)
        room = message.room
        text = clean_message(text, files=message.files.count())
        if text == message.text:
            return message
        before, said = list(message.mentioned), body_of(message)
        message.text, message.edited_at = text, timezone.now()
        added = _read_text(message, members)
        message.save(update_fields=["text", "html", "mentioned", "references", "edited_at"])
        count_mentions(message, added, 1)
        count_mentions(message, [name for name in before if name not in message.mentioned], -1)
        tell_message(publisher, "message.updated", message, members)
        if message.mentioned != before or room.last_message_id == message.pk:
            tell_room(publisher, room)
        note_change(publisher, message, said)
        news = [member for member in members if member.user.username in added]
        note_message(publisher, room, message, news, set(added))
    return message


def delete_message(message: Message, user: User) -> None:
    """Empty a message; that there was one stays. Raise `NotAllowed`."""
    moderates = message.room.created_by_id == user.pk and message.room.kind in KINDS_OF_PEOPLE
    if message.author_id != user.pk and not moderates:
        raise NotAllowed(_("Only who wrote a message or made the room may delete it."))
    with publishing() as publisher:
        room = locked(message.room)
        members = members_of(room)
        message = room.messages.get(pk=message.pk)
        if message.deleted_at:
            return
        relieved, said = count_out(message), body_of(message)
        message.files.all().delete()
        message.reactions.all().delete()
        message.text, message.html, message.mentioned, message.references = "", "", [], []
        message.deleted_at = timezone.now()
        message.save(update_fields=["text", "html", "mentioned", "references", "deleted_at"])
        tell_message(publisher, "message.deleted", message, members)
        tell_room(publisher, room)
        note_change(publisher, message, said)
        read_by_each(publisher, relieved, subject_of(room.pk))


def react(message: Message, user: User, emoji: str) -> Message:
    """Put an emoji to a message. Raise `InvalidInput`, `NotAllowed` or `DoesNotFit`."""
    if not is_emoji(emoji):
        raise InvalidInput({"emoji": _("Use one emoji.")})
    with publishing() as publisher:
        message, members = _in_its_room(message, user)
        present = set(message.reactions.values_list("emoji", flat=True))
        if emoji not in present and len(present) >= REACTIONS_LIMIT:
            raise DoesNotFit(_("A message has at most %(n)d different reactions.") % {"n": REACTIONS_LIMIT})
        _reaction, made = Reaction.objects.get_or_create(message=message, user=user, emoji=emoji)
        if made:
            tell_message(publisher, "message.updated", message, members)
    return message


def unreact(message: Message, user: User, emoji: str) -> None:
    """Take an emoji back. Raise `NotAllowed` or `DoesNotFit`."""
    with publishing() as publisher:
        message, members = _in_its_room(message, user)
        gone, _by_model = message.reactions.filter(user=user, emoji=emoji).delete()
        if gone:
            tell_message(publisher, "message.updated", message, members)


def _in_its_room(message: Message, user: User) -> tuple[Message, list[Membership]]:
    """The message as it is now, in its room, locked, and the members, `user` among them."""
    room = locked(message.room)
    members = _with(user, members_of(room))
    message = room.messages.get(pk=message.pk)
    if message.deleted_at:
        raise DoesNotFit(_("This message was deleted."))
    return message, members
