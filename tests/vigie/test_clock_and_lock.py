"""Time that is moved by hand, and one instance per folder."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vigie.clock import SimulatedClock
from vigie.errors import AlreadyRunning
from vigie.lock import only_instance


def test_a_simulated_clock_stands_still_until_it_is_moved() -> None:
    clock = SimulatedClock(datetime(2026, 3, 10, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(timedelta(minutes=5))
    assert clock.now() == datetime(2026, 3, 10, 0, 5, tzinfo=UTC)


def test_a_simulated_clock_never_goes_back() -> None:
    clock = SimulatedClock(datetime(2026, 3, 10, tzinfo=UTC))
    clock.advance_to(datetime(2026, 3, 9, tzinfo=UTC))
    assert clock.now() == datetime(2026, 3, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="back"):
        clock.advance(timedelta(seconds=-1))


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        SimulatedClock(datetime(2026, 3, 10))  # noqa: DTZ001


def test_a_second_instance_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vigie.lock import only_instance\nwith only_instance(Path(sys.argv[1])): pass"
    )
    with only_instance(tmp_path):
        second = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
        assert "AlreadyRunning" in second.stderr
        with pytest.raises(AlreadyRunning, match="in use by process"), only_instance(tmp_path):
            pass
    with only_instance(tmp_path):
        pass
