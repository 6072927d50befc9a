"""`vigie run` as a process: it starts, works, and ends cleanly when it is told to, even while a server hangs."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VIGIE = [str(Path(sys.executable).with_name("vigie"))]


@contextmanager
def hanging_server() -> Iterator[tuple[int, threading.Event]]:
    """Takes connections and never answers; the event is set at the first one."""
    reached, kept = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                while True:
                    kept.append(server.accept()[0])
                    reached.set()
            except OSError:
                return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1], reached
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    for connection in kept:
        connection.close()


def write_configuration(folder: Path, port: int) -> None:
    (folder / "vigie.toml").write_text(
        '[crawl]\nallow_private = true\ndelay_s = 0\n[analysis]\nspacy_model = "absent"\n[mail]\nhost = "127.0.0.1"\nport = 1\n'
    )
    (folder / "brands.toml").write_text('[[brand]]\nid = "marelle"\nname = "Marelle"\nquery = "marelle"\n')
    (folder / "sources.toml").write_text(
        f'[[source]]\nid = "lent"\nkind = "feed"\nurl = "http://127.0.0.1:{port}/rss.xml"\ninterval = "PT1M"\n'
    )
    (folder / "alerts.toml").write_text('[[rule]]\nid = "r"\nrecipients = ["a@exemple.fr"]\n')


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A `vigie run` that is waiting for a server that hangs."""
    with hanging_server() as (port, reached):
        write_configuration(tmp_path, port)
        process = subprocess.Popen([*VIGIE, "-v", "run", "-c", str(tmp_path)], stderr=subprocess.PIPE, text=True)
        assert reached.wait(60), process.communicate(timeout=5)
        yield process
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_within_ten_seconds(running: subprocess.Popen[str], number: signal.Signals) -> None:
    began = time.monotonic()
    running.send_signal(number)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 0, said
    assert time.monotonic() - began < 10
    assert "event=stopped" in said
    assert "Traceback" not in said


def test_a_second_instance_on_the_folder_is_refused(running: subprocess.Popen[str], tmp_path: Path) -> None:
    second = subprocess.run([*VIGIE, "run", "-c", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert f"in use by process {running.pid}" in second.stderr
