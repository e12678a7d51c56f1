"""Why something can't be done in a room; each message is for the person who asked."""


class NotAllowed(Exception):
    """The person sees the room, but this is for others to do."""


class DoesNotFit(Exception):
    """Nobody can do this to such a room, or not while it is as it is."""
