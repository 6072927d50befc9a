"""A process that opens incidents, files, composes and mails without rest until it has opened enough, or is killed.

python -m tests.alerts.delivery_worker FOLDER PORT INCIDENTS
"""

import asyncio
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from alerts.announce import Announcer
from alerts.channels.smtp import SmtpChannel
from alerts.gather_incident import gather_incident
from alerts.incidents import OPENED
from alerts.notices import Notices
from alerts.outbox import dispatch
from config.schema import Config, Mail
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import config, crisis, healthy, incident
from vigie.clock import SystemClock
from vigie.model import DeliveryState
from vigie.store import open_database, open_state

RECIPIENTS = ["a@exemple.fr", "b@exemple.fr"]


def work(folder: Path, port: int, incidents: int) -> None:
    """Goes on where the last process was stopped, until that many incidents are opened and everything is mailed."""
    clock, settings, store = SystemClock(), _settings(port), FakeStore(crisis())
    rule = settings.rules[0].model_copy(update={"recipients": RECIPIENTS})
    database = open_database(folder)
    state = open_state(database, clock)
    announcer = Announcer(settings, state, partial(gather_incident, store, FakeState(healthy()), settings))
    channels = {"smtp": SmtpChannel(settings.settings.mail)}
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        opened = len(state.incidents())
        if opened < incidents:
            new = replace(incident(), id=f"incident-{opened}", opened_at=clock.now())
            with state.transaction():
                state.save(new)
                Notices(state).file(rule, new, OPENED, clock.now())
        announcer.compose_waiting(clock.now())
        asyncio.run(dispatch(state, channels, clock.now()))
        if opened >= incidents and not state.delivery_counts()[DeliveryState.PENDING]:
            break
    database.close()


def _settings(port: int) -> Config:
    known = config()
    mail = Mail(host="127.0.0.1", port=port)
    return known.model_copy(update={"settings": known.settings.model_copy(update={"mail": mail})})


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
