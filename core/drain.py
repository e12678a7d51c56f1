"""Whether this process is on its way out: `/readyz` answers 503 then."""

_draining = False


def begin() -> None:
    global _draining
    _draining = True


def is_draining() -> bool:
    return _draining
