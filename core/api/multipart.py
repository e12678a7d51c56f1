"""Multipart forms that must be whole: Django takes the beginning of one for all there was."""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class WatchedStream:
    """A stream that notices `mark` as it passes."""

    def __init__(self, stream: Readable, mark: bytes) -> None:
        self._stream = stream
        self._mark = mark
        self._tail = b""
        self.passed = False

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._stream.read(size)
        window = self._tail + chunk
        self.passed = self.passed or self._mark in window
        self._tail = window[-len(self._mark) :]
        return chunk


class WholeForm(FileUploadHandler):
    """The first of a request's upload handlers. Raises `MultiPartParserError` for a form without its end."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self._form = request

    def handle_raw_input(
        self, input_data: Any, meta: Any, _length: int, boundary: Any, encoding: str | None = None
    ) -> Any:
        stream = WatchedStream(input_data, b"--" + boundary + b"--")
        others = [handler for handler in self._form.upload_handlers if handler is not self]
        post, files = MultiPartParser(meta, cast(Any, stream), others, encoding).parse()
        if not stream.passed:
            for file in (file for _, uploaded in files.lists() for file in uploaded):
                file.close()
            raise MultiPartParserError("the closing boundary is missing")
        return post, files
