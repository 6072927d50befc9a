"""What `deploy/compose.yaml` promises, read from the file; Docker's own reading of it where its client is."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: the compose file is not read")

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = [name for name, service in SERVICES.items() if str(service.get("restart", "")) == "unless-stopped"]


def test_docker_reads_the_file() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no `docker compose` here: the file is read by this test only")
    run = subprocess.run(
        [docker, "compose", "--file", DEPLOY / "compose.yaml", "--profile", "demo", "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_elasticsearch_kibana_and_vigie_run_and_the_demo_only_when_asked_for() -> None:
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == {
        "elasticsearch",
        "elasticsearch-users",
        "kibana",
        "vigie",
    }
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["demo"]} == {"demo", "mailcatcher"}


@pytest.mark.parametrize("name", LASTING)
def test_every_service_that_stays_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_port_is_on_loopback(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_gains_rights(name: str) -> None:
    service = SERVICES[name]
    assert not service.get("privileged")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_secret_is_a_file_and_never_a_variable(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    assert not [key for key in environment if key.endswith(("PASSWORD", "KEY", "SECRET", "TOKEN"))]


@pytest.mark.parametrize("name", ["vigie", "demo", "mailcatcher"])
def test_what_is_ours_cannot_write_to_its_root_nor_is_it_root(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert not SERVICES[name]["user"].startswith("0")


def test_every_volume_and_secret_that_is_used_is_declared() -> None:
    volumes = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {volume for volume in volumes if not volume.startswith(("$", ".", "/"))} == set(COMPOSE["volumes"])
    assert {name for service in SERVICES.values() for name in service.get("secrets", [])} == set(COMPOSE["secrets"])


def test_the_image_runs_as_a_user_without_rights() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["1000:1000"]


def test_the_image_copies_what_exists() -> None:
    for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            assert all((DEPLOY.parent / name).exists() for name in line.split()[1:-1]), line


def test_passwords_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "secrets.sh", tmp_path)
    (tmp_path / "secrets").mkdir()
    script = [tmp_path / "secrets.sh"]
    subprocess.run(script, check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert all(len(password) == 48 for password in made.values())
    assert len(set(made.values())) == 2
    subprocess.run(script, check=True, capture_output=True)
    for path in (tmp_path / "secrets").iterdir():
        assert path.read_text() == made[path.name]
        assert path.stat().st_mode & 0o077 == 0
