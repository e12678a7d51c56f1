"""The chat's pages: the list of rooms, a conversation; and its forms, which work without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from core.cards import cards_for
from core.http import PersonRequest
from core.text import with_unix_line_ends
from core.validation import InvalidInput
from core.views import page_or_404
from realtime.chat.files import File, clean_files
from realtime.chat.members import add_member, remove_member
from realtime.chat.messages import history, search, send_message
from realtime.chat.models import NAME_LIMIT, TEXT_LIMIT, Membership, Message, Room
from realtime.chat.payloads import message_payloads, room_payload, room_payloads
from realtime.chat.reading import read_room
from realtime.chat.refusals import DoesNotFit, NotAllowed
from realtime.chat.rooms import KINDS_OF_PEOPLE, make_room, people_named, rename_room, set_level

LATEST_SPOKEN = ("-spoken_at", "-id")
NEWEST_FIRST = ("-created_at", "-id")
AFTER = 10
"""Messages that a link to an old one shows behind it."""
PUBLIC_SHOWN = 50
PALETTE = ("👍", "✅", "❌", "👀", "🎉", "❤️")
API = "/api/v1/"


@login_required
@require_safe
@vary_on_headers("HX-Request")
def chat(request: PersonRequest) -> HttpResponse:
    """The rooms, and how to come into more; htmx asks for the panel's list, or for its next part."""
    if request.htmx and not request.htmx.history_restore_request:
        part = "_room_rows" if "rooms" in request.GET else "_panel_rooms"
        return render(request, f"realtime/chat/{part}.html", _rooms(request))
    context = _start(request) | _found(request)
    return render(request, "realtime/chat/chat.html", context)


@login_required
@require_safe
@vary_on_headers("HX-Request")
def room(request: PersonRequest, room: UUID) -> HttpResponse:
    """A conversation. htmx asks for it alone, for the panel, or for its earlier messages."""
    found = _seen_by(request, room)
    context = _conversation(request, found)
    if request.htmx and not request.htmx.history_restore_request:
        part = "_messages" if "cursor" in request.GET else "_conversation"
        return render(request, f"realtime/chat/{part}.html", context)
    context |= _rooms(request) | _found(request, found)
    return render(request, "realtime/chat/chat.html", context)


@login_required
@require_POST
def start(request: PersonRequest) -> HttpResponse:
    """A new conversation, or the one that there is with somebody already."""
    typed = {field: request.POST.get(field, "").strip() for field in ("member", "name")}
    members = [typed["member"]] if typed["member"] else []
    try:
        made, _is_new = make_room(
            request.user, request.POST.get("kind", ""), name=typed["name"], members=members
        )
    except InvalidInput as invalid:
        context = _start(request) | {"refusal": _words(invalid), "typed": typed}
        return render(request, "realtime/chat/chat.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("chat-room", made.pk)


@login_required
@require_POST
def send(request: PersonRequest, room: UUID) -> HttpResponse:
    """A message from a form. One that is refused comes back with what was typed."""
    found = _own(request, room)
    text = with_unix_line_ends(request.POST.get("text", ""))
    facts = {field: request.POST.get(field, "") for field in ("client_id", "reply_to")}
    try:
        files = clean_files(cast("list[File]", request.FILES.getlist("files")))
        message, _is_new = send_message(found, request.user, text, files=files, **facts)
    except ObjectDoesNotExist as gone:
        raise Http404 from gone
    except (InvalidInput, NotAllowed, DoesNotFit) as refusal:
        context = _conversation(request, found) | _rooms(request)
        context |= {"refusal": _words(refusal), "draft": text}
        return render(request, "realtime/chat/chat.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('chat-room', args=[found.pk])}#m-{message.pk}")


@login_required
@require_POST
def read(request: PersonRequest, room: UUID) -> HttpResponse:
    found = _own(request, room)
    return _changed(request, found, lambda: read_room(found, request.user))


@login_required
@require_POST
def join(request: PersonRequest, room: UUID) -> HttpResponse:
    found = _seen_by(request, room)
    return _changed(request, found, lambda: add_member(found, request.user, request.user))


@login_required
@require_POST
def leave(request: PersonRequest, room: UUID) -> HttpResponse:
    found = _own(request, room)
    answer = _changed(request, found, lambda: remove_member(found, request.user, request.user))
    still_in = found.memberships.filter(user=request.user).exists()
    return answer if still_in else redirect("chat")


@login_required
@require_POST
def invite(request: PersonRequest, room: UUID) -> HttpResponse:
    found = _own(request, room)
    name = request.POST.get("member", "").strip()
    return _changed(request, found, lambda: add_member(found, request.user, people_named([name])[0]))


@login_required
@require_POST
def change(request: PersonRequest, room: UUID) -> HttpResponse:
    """Another name, for everybody; or another level, for oneself."""
    found = _own(request, room)
    level, name = request.POST.get("level", ""), request.POST.get("name", "").strip()
    if level in Membership.Level.values:
        return _changed(request, found, lambda: set_level(found, request.user, level))
    if name:
        return _changed(request, found, lambda: rename_room(found, request.user, name))
    return _answer(request, found)


def _changed(request: PersonRequest, room: Room, change_room: Callable[[], object]) -> HttpResponse:
    try:
        change_room()
    except ObjectDoesNotExist as gone:
        raise Http404 from gone
    except (InvalidInput, NotAllowed, DoesNotFit) as refusal:
        messages.error(request, _words(refusal))
    return _answer(request, room)


def _words(refusal: Exception) -> str:
    """For the person: what is wrong with which field is clear from the form."""
    return " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) else str(refusal)


def _answer(request: PersonRequest, room: Room) -> HttpResponse:
    """Open pages hear of it by the event; what was refused they say as a toast."""
    if not request.htmx:
        return redirect("chat-room", room.pk)
    if not len(messages.get_messages(request)):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    refused = render(request, "core/_messages.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return reswap(retarget(refused, "#toasts"), "beforeend")


def _seen_by(request: PersonRequest, room: UUID) -> Room:
    return get_object_or_404(Room.objects.open_to(request.user), pk=room)


def _own(request: PersonRequest, room: UUID) -> Room:
    return get_object_or_404(Room.objects.of(request.user), pk=room)


def _rooms(request: PersonRequest) -> dict[str, Any]:
    page = page_or_404(Room.objects.of(request.user), LATEST_SPOKEN, request.GET.get("rooms", ""))
    return {"rooms": room_payloads(page.rows, request.user), "more_rooms": page.next}


def _start(request: PersonRequest) -> dict[str, Any]:
    others = Room.objects.filter(kind=Room.Kind.PUBLIC).exclude(memberships__user=request.user)
    facts = {"public_rooms": others[:PUBLIC_SHOWN], "name_limit": NAME_LIMIT, "api": API}
    return _rooms(request) | facts


def _found(request: PersonRequest, room: Room | None = None) -> dict[str, Any]:
    """Messages with what was searched for, if anything was: in `room`, or in all rooms."""
    q = request.GET.get("q", "").strip()[:NAME_LIMIT]
    if not q:
        return {}
    wanted = search(request.user, q, room).select_related("room")
    page = page_or_404(wanted, NEWEST_FIRST, request.GET.get("cursor", ""))
    found = message_payloads(page.rows, request.user)
    for payload, message in zip(found, page.rows, strict=True):
        payload |= {"nobody": _nobody_in(message.room), "place": message.room.name}
    return {"q": q, "found": found, "more_found": page.next}


def _nobody_in(room: Room) -> str:
    """Whose messages those without an author are."""
    return str(Room.Kind.SYSTEM.label) if room.kind == Room.Kind.SYSTEM else _("Deleted user")


def _conversation(request: PersonRequest, room: Room) -> dict[str, Any]:
    rows, older, past = _said(request, room)
    facts = room_payload(room, request.user)
    names = [name for name in facts["members"] if name != request.user.username]
    seen = [until for name, until in (facts["read"] or {}).items() if name in names]
    is_direct = room.kind == Room.Kind.DIRECT
    return {
        "room": facts,
        "said": message_payloads(rows[::-1], request.user),
        "older": older,
        "past": past,
        "at": request.GET.get("at", ""),
        "member": facts["level"] is not None,
        "changeable": room.kind in KINDS_OF_PEOPLE,
        "nobody": _nobody_in(room),
        "partner": names[0] if is_direct and names else "",
        "seen_until": seen[0] if is_direct and seen else None,
        "task_cards": cards_for(request.user, [f"task:{room.task_id}"]).values() if room.task_id else (),
        "levels": Membership.Level.choices,
        "client_id": uuid4().hex,
        "max_bytes": settings.MAX_UPLOAD_MB * 2**20,
        "text_limit": TEXT_LIMIT,
        "name_limit": NAME_LIMIT,
        "api": API,
    }


def _said(request: PersonRequest, room: Room) -> tuple[list[Message], str | None, bool]:
    """Messages from the newest back, the cursor of earlier ones, and whether there are later ones.

    `?at=` starts a little behind that message instead.
    """
    wanted = history(room)
    at = request.GET.get("at", "")
    past = False
    if at:
        marked = get_object_or_404(wanted, pk=_uuid_or_404(at))
        later = wanted.filter(created_at__gt=marked.created_at).order_by("created_at", "id")
        behind = list(later[: AFTER + 1])
        past = len(behind) > AFTER
        wanted = wanted.filter(created_at__lt=behind[AFTER].created_at) if past else wanted
    page = page_or_404(wanted, NEWEST_FIRST, request.GET.get("cursor", ""))
    return page.rows, page.next, past


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as malformed:
        raise Http404 from malformed
