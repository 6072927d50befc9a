"""Seconds until the command line answers: `vigie --help`, and `vigie check` of a starter folder without connections.

Modules are compiled before, as they are where a package was installed.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
VIGIE = Path(sys.executable).with_name("vigie")
COMMANDS = (["--help"], ["check", "--offline", "--config", str(ROOT / "config" / "starter")])


def main() -> None:
    with TemporaryDirectory() as compiled:
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        for arguments in COMMANDS:
            _run(arguments)
            walls, began = [], resource.getrusage(resource.RUSAGE_CHILDREN)
            for _ in range(5):
                start = time.perf_counter()
                _run(arguments)
                walls.append(time.perf_counter() - start)
            ended = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = (ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime) / 5
            print(f"vigie {arguments[0]}: best of five {min(walls):.2f} s, {cpu:.2f} CPU s each")


def _run(arguments: list[str]) -> None:
    subprocess.run([str(VIGIE), *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
