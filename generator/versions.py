"""What cases were before: their content as it is kept whenever it is replaced."""

from __future__ import annotations

import json

from core.models import User
from generator.models import Case, CaseVersion
from generator.payloads import case_payload
from realtime.events import encode


def version_of(case: Case, replaced_by: User | None = None) -> CaseVersion:
    """The case as it is now, not stored yet; nobody replaced it where a round did."""
    content = json.loads(encode(case_payload(case)))
    return CaseVersion(case=case, rev=case.rev, content=content, replaced_by=replaced_by)
