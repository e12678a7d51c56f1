"""Files as people upload them: judged at once (`judging`), read in a process of their own (`reading`).

Nothing of Django is imported here: the reader's process starts with this package (`child`).
"""

from generator.documents.unreadable import DocumentUnreadable

__all__ = ["DocumentUnreadable"]
