"""An Elasticsearch of the tests' own, to kill and to look into: deploy/elasticsearch/run.sh starts it on a port of its own."""

import os
import select
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch

_RUN = Path(__file__).parents[2] / "deploy" / "elasticsearch" / "run.sh"
_PATIENCE_S = 60


@dataclass(frozen=True)
class OwnServer:
    """A server on a port of this machine."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers; what it stored before is there."""
        _run("start", self.port)

    def kill(self) -> None:
        """As `kill -9` does: it writes nothing any more. Returns when it is gone, and who started it too."""
        with Elasticsearch(self.url) as client:
            [node] = client.nodes.info(metric="process")["nodes"].values()
        server = int(node["process"]["id"])
        fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
        endings = [os.pidfd_open(process) for process in (server, int(fields[1]))]
        os.kill(server, signal.SIGKILL)
        for ending in endings:
            select.select([ending], [], [], _PATIENCE_S)
            os.close(ending)

    def data_folder(self) -> Path:
        """Where it keeps what it stores."""
        with Elasticsearch(self.url) as client:
            [node] = client.nodes.info(metric="settings", flat_settings=True)["nodes"].values()
        folder = node["settings"]["path.data"]
        return Path(folder if isinstance(folder, str) else folder[0])


def has_java() -> bool:
    return bool(_run("java").strip())


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server for the length of the block, on a port that nobody uses; it leaves nothing behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = OwnServer(free.getsockname()[1])
    server.start()
    folder = server.data_folder().parent
    try:
        yield server
    finally:
        _run("stop", server.port)
        shutil.rmtree(folder)


def _run(command: str, port: int = 0) -> str:
    environment = {**os.environ, "VIGIE_ES_PORT": str(port)}
    return subprocess.run([_RUN, command], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
