"""Tasks and cases over HTTP (interface §3)."""

from ninja import Router

from generator.api import (
    cases,
    documents,
    estimating,
    exchange,
    members,
    rounds,
    selection,
    stats,
    tasks,
    verbs,
)

router = Router()
router.add_router("", tasks.router)
router.add_router("", verbs.router)
router.add_router("", members.router)
router.add_router("", rounds.router)
router.add_router("", exchange.router)  # before the cases: "import" and "bulk" are no keys of any
router.add_router("", selection.router)
router.add_router("", cases.router)
router.add_router("", documents.router)
router.add_router("", estimating.router)
router.add_router("", stats.router)
