"""A server of files on loopback that behaves as badly as it is told to."""

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Handler = http.server.BaseHTTPRequestHandler
Behaviour = Callable[[Handler], None]


@dataclass
class Server:
    """What is at each path, and what was asked for.

    Attributes:
        address: of its root.
        pages: by path; one behaviour for each request in turn, the last one for all further ones.
        asked: the headers of each request, as `(path, headers)`.
    """

    address: str
    pages: dict[str, list[Behaviour]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, *behaviours: Behaviour) -> str:
        """Set what is at a path; return its address."""
        self.pages[path] = list(behaviours)
        return self.address + path

    def ranges(self) -> list[str | None]:
        """Return what ranges were asked for."""
        return [headers.get("Range") for _, headers in self.asked]


def whole(content: bytes, status: int = 200, **headers: str) -> Behaviour:
    """Answer with all bytes; names of headers are written with `_`."""

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(content))} | headers).items():
            if value:
                handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def broken(content: bytes, after: int, **headers: str) -> Behaviour:
    """Promise all bytes, send some and hang up."""
    return whole(content[:after], Content_Length=str(len(content)), **headers)


def ranged(content: bytes, mark: str = '"one"', until: int | None = None) -> Behaviour:
    """Answer to a range as it should be, and only where the mark is that of the content.

    Args:
        content: of the file.
        mark: its ETag.
        until: where to hang up.
    """

    def answer(handler: Handler) -> None:
        asked = handler.headers.get("Range", "")
        same = handler.headers.get("If-Range", mark) == mark
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and same else 0
        if start >= len(content):
            whole(b"", 416)(handler)
            return
        told = {"Content_Length": str(len(content) - start), "ETag": mark}
        if start:
            told["Content_Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        whole(content[start:until], 206 if start else 200, **told)(handler)

    return answer


def moved(target: str, code: int = 302) -> Behaviour:
    """Redirect."""
    return whole(b"", code, Location=target)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Yield a server that has nothing yet."""

    class Answering(Handler):
        def do_GET(self) -> None:
            """Answer as told."""
            told.asked.append((self.path, dict(self.headers)))
            behaviours = told.pages.get(self.path.partition("?")[0], [whole(b"", 404)])
            behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
            behaviour(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        told = Server(f"http://127.0.0.1:{listening.server_address[1]}")
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield told
        finally:
            listening.shutdown()
            thread.join()
