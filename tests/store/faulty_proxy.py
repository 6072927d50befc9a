"""A reverse proxy on loopback, between the store and a real Elasticsearch, that fails in the ways servers and networks fail.

It adds nothing of its own to an answer that it passes on. The bodies of refusals are those that Elasticsearch 8.16.3 gave.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import urlsplit

Body = dict[str, Any]
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass
class Fault:
    """What happens to requests whose path holds `path`, `times` times (None: until it is taken away).

    `status` and `body` are answered instead of asking the server; status 200 means a bulk whose every item is refused with
    `body`. Otherwise the server gets the first `lines` lines of the request (None: all of them, 0: it is not asked) and its
    answer is withheld: the connection is cut, or, with `hangs`, left open without a word.
    """

    path: str = "/"
    times: int | None = None
    status: int = 0
    body: Body = field(default_factory=dict)
    lines: int | None = None
    hangs: bool = False
    hits: int = 0

    def takes(self, path: str) -> bool:
        return self.path in path and (self.times is None or self.hits < self.times)


def refused(status: int, kind: str, reason: str) -> Body:
    """The body of a refusal as Elasticsearch writes it."""
    cause = {"type": kind, "reason": reason}
    return {"error": {"root_cause": [cause], **cause}, "status": status}


WRONG_PASSWORD = refused(401, "security_exception", "unable to authenticate user [veille] for REST request [/_bulk]")
NO_RIGHTS = refused(
    403,
    "security_exception",
    "action [indices:data/write/bulk] is unauthorized for API key id [dkse_qEB40ULHaVrIi0_] of user [veille], "
    "this action is granted by the index privileges [create_doc,create,delete,index,write,all]",
)
TOO_MANY = refused(
    429,
    "es_rejected_execution_exception",
    "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, "
    "coordinating_operation_bytes=53687091, max_coordinating_and_primary_bytes=53687091]",
)


@dataclass
class FaultyProxy:
    """Answers at `url` with what the server at `server` says, unless a fault takes the request. `asked` holds the paths."""

    server: str
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _connections: set[socket] = field(default_factory=set)
    _listener: ThreadingHTTPServer | None = None
    _port: int = 0
    _healed: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def failing(self, *faults: Fault) -> Iterator[None]:
        """Has these faults inside the block, and none after it."""
        self._healed.clear()
        self.faults = list(faults)
        try:
            yield
        finally:
            self.faults = []
            self._healed.set()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuses connections inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def start(self) -> None:
        """Listens, on the same port as before if there was one."""
        self._listener = _Listener(("127.0.0.1", self._port), _handler(self))
        self._port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Refuses new connections and cuts those that are open."""
        self._healed.set()
        if self._listener:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)

    def take(self, path: str) -> Fault | None:
        """The fault of this request, if it has one."""
        with self._lock:
            self.asked.append(path)
            fault = next((one for one in self.faults if one.takes(path)), None)
            if fault:
                fault.hits += 1
            return fault

    def connected(self, connection: socket) -> None:
        self._connections.add(connection)

    def hang(self) -> None:
        """Returns when the faults are gone."""
        self._healed.wait(timeout=30)


@contextmanager
def faulty_proxy(server: str) -> Iterator[FaultyProxy]:
    """A proxy before `server`, for the length of the block."""
    proxy = FaultyProxy(server)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is part of the play."""


def _every_item(bulk: bytes, refusal: Body) -> Body:
    """The answer to a bulk whose items are refused one by one."""
    items, lines = [], iter(bulk.splitlines())
    for line in lines:
        [(action, target)] = json.loads(line).items()
        if action != "delete":
            next(lines)
        error = refusal["error"]["root_cause"][0]
        items.append({action: {"_index": target.get("_index"), "_id": target.get("_id"), **refusal, "error": error}})
    return {"errors": True, "took": 1, "items": items}


def _handler(proxy: FaultyProxy) -> type[BaseHTTPRequestHandler]:
    upstream = urlsplit(proxy.server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            proxy.connected(self.request)
            super().setup()

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            fault = proxy.take(self.path)
            if fault and fault.status:
                answer = fault.body if fault.status != 200 else _every_item(body, fault.body)
                self._answer(fault.status, json.dumps(answer).encode(), {"content-type": "application/json"})
                return
            if fault and fault.lines != 0:
                self._ask(body if fault.lines is None else b"".join(islice(body.splitlines(keepends=True), fault.lines)))
            if fault:
                if fault.hangs:
                    proxy.hang()
                self.close_connection = True
                return
            self._answer(*self._ask(body))

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do  # noqa: N815 - the names are http.server's

        def _ask(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
            connection = HTTPConnection(upstream.hostname or "127.0.0.1", upstream.port, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            return answer.status, content, {k: v for k, v in answer.getheaders() if k.lower() not in _HOP_BY_HOP}

        def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response_only(status)
            for name, value in {"X-elastic-product": "Elasticsearch", **headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    return Handler
