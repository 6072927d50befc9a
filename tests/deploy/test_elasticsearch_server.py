"""What `deploy/elasticsearch/run.sh` says and hides, without its 900 MB server: a stand-in for Java writes down how it is called.

And what the tests themselves say when the server they must have is missing.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "elasticsearch" / "run.sh"
ARCHIVES = {"8": "25.6.0.109173", "9": "26.9.0.129388"}
PASSWORD = 'très "secret" \\ c\'est sûr'

JAVA = """#!/bin/sh
case "$*" in
    -version) echo 'openjdk version "{version}"' >&2 ;;
    --list-modules) printf '%s@{version}\\n' java.base {module} ;;
    *) echo "$@" >>"{record}"; env >>"{record}" ;;
esac
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="run.sh starts its server on Linux only")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to the user whom root hands the server to; pytest's own folders are closed."""
    path = Path(tempfile.mkdtemp(prefix="vigie-"))
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def port() -> str:
    """One on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def java(folder: Path, version: str, module: str) -> Path:
    home = folder / f"java-{version}"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").write_text(JAVA.format(version=version, module=module, record=folder / "record"))
    (home / "bin" / "java").chmod(0o755)
    return home


def server(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_") and name != "JAVA_HOME"}
    return subprocess.run([SCRIPT, *command], env={**kept, **environment}, capture_output=True, text=True, check=False)


def test_a_version_that_it_has_not_is_refused_in_one_line() -> None:
    ran = server("start", VIGIE_ES_VERSION="7")
    assert (ran.returncode, ran.stderr) == (1, "elasticsearch: VIGIE_ES_VERSION is 8 or 9, not 7\n")


def test_without_a_command_it_shows_its_use_and_every_variable_that_it_reads() -> None:
    ran = server()
    assert ran.returncode == 2
    for name in (
        "start",
        "certificate",
        "VIGIE_ES_PORT",
        "VIGIE_ES_VERSION",
        "VIGIE_ES_HEAP",
        "VIGIE_ES_PASSWORD",
        "VIGIE_ES_TLS",
    ):
        assert f" {name} " in ran.stdout


def test_where_nothing_runs_every_question_has_its_answer(folder: Path, port: str) -> None:
    places = {"XDG_CACHE_HOME": str(folder), "VIGIE_ES_PORT": port}
    status, address, stop = (server(command, **places) for command in ("status", "address", "stop"))
    assert (status.returncode, status.stderr) == (
        1,
        f"elasticsearch: nothing answers at http://127.0.0.1:{port}; start it with: make elasticsearch\n",
    )
    assert (address.returncode, address.stdout, address.stderr) == (0, "", "")
    assert (stop.returncode, stop.stdout) == (0, f"elasticsearch: none was started here on port {port}\n")
    assert server("certificate", **places).returncode == 1


@pytest.mark.parametrize(
    ("version", "java_version", "module", "suits"),
    [
        ("8", "17.0.15", "java.base", True),
        ("8", "23", "java.base", True),
        ("8", "11.0.2", "java.base", False),
        ("8", "1.8.0_402", "java.base", False),
        ("8", "25.0.1", "java.base", False),
        ("9", "17.0.15", "jdk.jlink", False),
        ("9", "21.0.8", "jdk.jlink", True),
        ("9", "25.0.1", "jdk.jlink", True),
        ("9", "25.0.1", "java.base", False),
    ],
)
def test_each_version_runs_with_a_java_that_suits_it_only(
    folder: Path, version: str, java_version: str, module: str, suits: bool
) -> None:
    home = java(folder, java_version, module)
    found = server("java", VIGIE_ES_VERSION=version, JAVA_HOME=str(home)).stdout.strip()
    assert (found == str(home)) is suits


def test_tls_without_a_password_is_refused(folder: Path, port: str) -> None:
    ran = server("start", VIGIE_ES_TLS="1", VIGIE_ES_PORT=port, XDG_CACHE_HOME=str(folder))
    assert ran.returncode == 1
    assert "set VIGIE_ES_PASSWORD too" in ran.stderr


@pytest.mark.parametrize("version", ARCHIVES)
def test_the_password_is_in_no_command_line_no_environment_no_file_and_no_message(folder: Path, port: str, version: str) -> None:
    cache = folder / "vigie" / "elasticsearch"
    (cache / ARCHIVES[version] / "config").mkdir(parents=True)
    (cache / ARCHIVES[version] / "config" / "jvm.options").touch()
    (folder / "record").touch()
    (folder / "record").chmod(0o666)
    ran = server(
        "start",
        VIGIE_ES_PASSWORD=PASSWORD,
        VIGIE_ES_VERSION=version,
        VIGIE_ES_PORT=port,
        XDG_CACHE_HOME=str(folder),
        JAVA_HOME=str(java(folder, "21.0.8", "jdk.jlink")),
    )
    assert ran.returncode == 1
    assert "the server ended" in ran.stderr
    recorded = (folder / "record").read_text()
    assert recorded.count(f"es.path.conf={cache}/run-{port}/config") == 3  # the keystore twice, then the server
    settings = (cache / f"run-{port}" / "config" / "elasticsearch.yml").read_text()
    assert "xpack.security.enabled: true" in settings
    written = [path.read_text() for path in cache.rglob("*") if path.is_file()]
    assert not [text for text in (recorded, ran.stdout, ran.stderr, *written) if PASSWORD in text or "très" in text]


def run_of_tests(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--quiet",
        "--collect-only",
        "-p",
        "no:cacheprovider",
        "tests/deploy/test_compose.py",
    ]
    return subprocess.run(command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False)


def test_tests_that_must_have_a_server_do_not_pass_without_one() -> None:
    ran = run_of_tests({"VIGIE_REQUIRE_ES": "1"})
    assert ran.returncode != 0
    assert "VIGIE_REQUIRE_ES=1 and no server to test on" in ran.stderr


def test_a_server_that_does_not_answer_is_named_without_its_password(port: str) -> None:
    ran = run_of_tests({"VIGIE_TEST_ES": f"http://elastic:secret@127.0.0.1:{port}"})
    assert ran.returncode != 0
    assert f"127.0.0.1:{port} does not answer" in ran.stderr
    assert "secret" not in ran.stdout + ran.stderr
