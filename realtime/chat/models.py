"""Chat: rooms, who is in them, and what is said there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7

if TYPE_CHECKING:
    from core.models import User

MEMBERS_LIMIT = 500
NAME_LIMIT = 200
TEXT_LIMIT = 4_000
CLIENT_ID_LIMIT = 100


class RoomQuerySet(models.QuerySet["Room"]):
    def of(self, user: User) -> Self:
        """Rooms that `user` is in."""
        return self.filter(memberships__user=user)

    def open_to(self, user: User) -> Self:
        """Rooms that `user` may see: their own and the public ones."""
        theirs = Membership.objects.filter(user=user).values("room")
        return self.filter(models.Q(pk__in=theirs) | models.Q(kind=Room.Kind.PUBLIC))


class Room(models.Model):
    """A conversation. Its row is locked while something is said, so that messages stand in one order."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct messages")
        PRIVATE = "private", _("Private room")
        PUBLIC = "public", _("Public room")
        TASK = "task", _("Task")
        SYSTEM = "system", _("Caseloom")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=NAME_LIMIT, blank=True)
    key = models.CharField(max_length=80, null=True, unique=True)
    """What there is one room of: two people, a task, a user's system conversation."""
    task_id = models.UUIDField(null=True, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)
    last_message = models.ForeignKey("Message", null=True, on_delete=models.SET_NULL, related_name="+")
    spoken_at = models.DateTimeField(default=timezone.now, db_index=True)
    """When something was last said, else when the room was made."""

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-spoken_at", "-id"]

    if TYPE_CHECKING:
        last_message_id: UUID | None

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def contacts_of(self, user_ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
        """Pairs (one of `user_ids`, somebody who is in a room with them): who sees whom online."""
        theirs = self.filter(user__in=user_ids)
        pairs = theirs.values_list("user_id", "room__memberships__user_id").distinct()
        return {(mine, other) for mine, other in pairs if mine != other}


class Membership(models.Model):
    """Who is in a room, how far they have read and what they want to be told of it."""

    class Level(models.TextChoices):
        ALL = "all", _("Every message")
        MENTIONS = "mentions", _("Only mentions")
        NOTHING = "nothing", _("Nothing")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.ALL)
    unread = models.PositiveIntegerField(default=0)
    mentions = models.PositiveIntegerField(default=0)
    read_until = models.DateTimeField(null=True)
    """`created_at` of the last message that was read."""
    joined_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["room", "user"], name="member_of_a_room_once")
        ]

    if TYPE_CHECKING:
        room_id: UUID
        user_id: UUID


class Message(models.Model):
    """Something that was said. `text` is what was typed; `html` is made of it once, clean."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    client_id = models.CharField(max_length=CLIENT_ID_LIMIT, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    mentioned = models.JSONField(default=list)
    """Names of the members that it mentions."""
    references = models.JSONField(default=list)
    """What it links to, as `core.cards` found it."""
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["room", "author", "client_id"],
                condition=~models.Q(client_id=""),
                name="message_once_a_client_id",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["room", "-created_at", "-id"], name="message_of_room")
        ]

    if TYPE_CHECKING:
        room_id: UUID
        author_id: UUID | None
        reply_to_id: UUID | None

    def __str__(self) -> str:
        return self.text[:80]


class Reaction(models.Model):
    """An emoji that somebody put to a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once")
        ]


class ChatFile(models.Model):
    """A file that came with a message; its bytes live in the database, as all that processes share."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.name
