"""Where the mentions of a trial go, and the product as it is installed there: a configuration folder, the command line."""

import json
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.store.corpus import BRANDS, END, brand_id
from bench.store.costs import Cost
from bench.store.questions import DAY
from config.load import load
from config.schema import Config
from vigie.extensions import extensions
from vigie.model import Incident, IncidentState, Signal, SignalKind
from vigie.store.database import FILE_NAME

_STARTER = Path(__file__).resolve().parents[2] / "config" / "starter"
_COMMANDS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Indexes whose names begin with `prefix` on the server at `address`; SQLite when there is no address."""

    address: str = ""
    prefix: str = "vigie"

    @property
    def store(self) -> str:
        return "elasticsearch" if self.address else "sqlite"


def configured(folder: Path, place: Place) -> Config:
    """The starter folder with the brands of the corpus and the store of `place`, written to `folder` and read."""
    shutil.copytree(_STARTER, folder, dirs_exist_ok=True)
    brands = (f'[[brand]]\nid = "{brand_id(rank)}"\nname = "{name}"\nquery = \'"{name}"\'\n' for rank, name in enumerate(BRANDS))
    (folder / "brands.toml").write_text("\n".join(brands), encoding="utf-8")
    if place.address:
        with (folder / "vigie.toml").open("a", encoding="utf-8") as file:
            hosts, prefix = json.dumps([place.address]), json.dumps(place.prefix)
            file.write(f'\n[store]\nkind = "{place.store}"\nhosts = {hosts}\nindex_prefix = {prefix}\n')
    return load(folder, extensions())


def bytes_on_disk(config: Config) -> int:
    """The size of the SQLite file, once it is closed."""
    return (config.data_folder / FILE_NAME).stat().st_size


def command_line(folder: Path) -> Cost:
    """`vigie search` from the start of its process to its end, the middle of five."""
    since = (END - 30 * DAY).date().isoformat()
    command = [str(Path(sys.executable).with_name("vigie")), "search", "réseau", "--brand", brand_id(2), "--since", since]
    costs = []
    for _ in range(_COMMANDS):
        before, began = _cpu_of_children(), time.perf_counter()
        subprocess.run([*command, "--config", str(folder)], check=True, stdout=subprocess.DEVNULL)
        costs.append(Cost(_cpu_of_children() - before, time.perf_counter() - began))
    return sorted(costs, key=lambda cost: cost.wall)[_COMMANDS // 2]


def incident_of(brand: str) -> Incident:
    """A bad buzz of the last six hours."""
    onset = END - DAY / 4
    signal = Signal(
        at=END, brand_id=brand, kind=SignalKind.BAD_BUZZ, evidence=8.0, window=DAY / 4, seen=40, expected=10.0,
        expected_high=18.0, negatives=30, expected_negatives=2.0, usual_negative_share=0.2, stories=30, sites=20, copies=4,
        onset=onset,
    )  # fmt: skip
    return Incident(
        id="incident", brand_id=brand, rule_id="bad-buzz", kind=SignalKind.BAD_BUZZ, state=IncidentState.OPEN,
        opened_at=END, onset=onset, updated_at=END, first=signal, peak=signal, last=signal,
    )  # fmt: skip


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
