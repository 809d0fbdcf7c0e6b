"""Wakes the subscribers of this process, on whatever event loop or thread they are."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict


class Signal:
    """One bell a tenant. A waiter asks for its ticket before it reads, so no ring between the two is lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[Ticket]] = defaultdict(set)

    def ticket(self, tenant_id: str) -> Ticket:
        """A ticket that the next ring makes good; to be taken on the event loop that will wait."""
        ticket = Ticket(asyncio.get_running_loop())
        with self._lock:
            self._waiting[tenant_id].add(ticket)
        return ticket

    def drop(self, tenant_id: str, ticket: Ticket) -> None:
        """Forget a ticket that nobody will wait for any more."""
        with self._lock:
            waiting = self._waiting.get(tenant_id)
            if waiting is not None:
                waiting.discard(ticket)
                if not waiting:
                    del self._waiting[tenant_id]

    def ring(self, tenant_id: str) -> None:
        """Wake everybody who waits for this tenant; callable from any thread."""
        with self._lock:
            waiting = self._waiting.pop(tenant_id, set())
        for ticket in waiting:
            ticket.wake()


class Ticket:
    """One subscriber's place in the queue for the bell."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rung = asyncio.Event()

    def wake(self) -> None:
        """Make the ticket good, from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._rung.set)
        except RuntimeError:
            return  # the subscriber's loop is closed: nobody is left to wake

    async def wait(self, seconds: float) -> None:
        """Return when the bell rang, at the latest after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
