"""Seconds until the command line answers: `vigie --help`, and `vigie check` of a starter folder without connections."""

import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VIGIE = Path(sys.executable).with_name("vigie")
COMMANDS = (["--help"], ["check", "--offline", "--config", str(ROOT / "config" / "starter")])


def main() -> None:
    for arguments in COMMANDS:
        walls, began = [], resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run([str(VIGIE), *arguments], check=True, stdout=subprocess.DEVNULL)
            walls.append(time.perf_counter() - start)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = (ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime) / 5
        print(f"vigie {arguments[0]}: best of five {min(walls):.2f} s, {cpu:.2f} CPU s each")


if __name__ == "__main__":
    main()
