"""A mail server for tests: takes whatever it is given, and keeps it."""

from __future__ import annotations

import email
import socketserver
from email import policy
from email.message import EmailMessage

from tests.serving import InThread


class MailServer(InThread):
    """`with MailServer() as mail:`; what came is in `mail.received`."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        super().__init__(socketserver.ThreadingTCPServer(("127.0.0.1", 0), _conversation(self.received)))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


def _conversation(received: list[EmailMessage]) -> type[socketserver.StreamRequestHandler]:
    class Conversation(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            self._say("220 here")
            while command := self.rfile.readline().strip().upper():
                if command == b"DATA":
                    self._say("354 go on")
                    received.append(email.message_from_bytes(self._text(), policy=policy.default))
                self._say("221 bye" if command == b"QUIT" else "250 yes")

        def _text(self) -> bytes:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line.removeprefix(b"."))
            return b"".join(lines)

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    return Conversation
