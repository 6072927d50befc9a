"""Waits end after so much listening; the time in which nobody listens is not held against the other side."""

import asyncio
import time

import pytest

from crawlers.patience import Patience


async def test_a_wait_without_an_answer_ends():
    patience = Patience(0.1)
    with pytest.raises(TimeoutError):
        async with patience.waiting():
            await asyncio.Event().wait()
    patience.close()


async def test_a_process_that_did_not_listen_gives_the_answer_time():
    patience = Patience(0.2)
    answered = asyncio.Event()
    async with patience.waiting():
        asyncio.get_running_loop().call_later(0.05, answered.set)
        await asyncio.sleep(0)
        end = time.monotonic() + 0.4
        while time.monotonic() < end:  # a page that takes long to read
            pass
        await answered.wait()
    patience.close()
