"""Chat over HTTP (interface §3)."""

from ninja import Router

from realtime.chat.api import members, messages, reactions, rooms

router = Router(tags=["chat"])
router.add_router("", rooms.router)
router.add_router("", members.router)
router.add_router("", messages.router)
router.add_router("", reactions.router)
