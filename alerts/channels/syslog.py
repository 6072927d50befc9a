"""Syslog (RFC 5424), over UDP (RFC 5426), TCP (RFC 6587, counted octets) or TLS (RFC 5425): for the supervision of a whole house.

UDP and TCP know no receipt: sent is what the system took.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from alerts.brief import Brief, brief_in, cut_bytes
from alerts.channels.installation import ChannelOptions, Installation
from vigie.errors import ConfigError, DeliveryDeferred
from vigie.model import Delivery, Level

_FACILITIES = {"user": 1, "daemon": 3, **{f"local{number}": 16 + number for number in range(8)}}
_SEVERITIES = {Level.NOTICE: 5, Level.ALERT: 4, Level.CRISIS: 2}  # notice, warning, critical
_LONGEST = {"udp": 1180, "tcp": 8192, "tls": 8192}  # UDP: what fits the smallest packet of IPv6


class SyslogOptions(ChannelOptions):
    """A syslog server."""

    host: str = Field(min_length=1, description="Its name or address.")
    port: int | None = Field(None, ge=1, le=65535, description="514, and 6514 for tls, when not given.")
    transport: Literal["udp", "tcp", "tls"] = Field("udp", description="`udp`, `tcp` or `tls`.")
    facility: Literal[
        "user", "daemon", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"
    ] = Field("local0", description="`user`, `daemon`, `local0` to `local7`.")  # fmt: skip
    ca_certificate: Path | None = Field(
        None, description="PEM file that signs the server's certificate; relative to the configuration folder."
    )
    timeout_s: float = Field(10, gt=0, le=120, description="Seconds before a server that hangs is given up.")

    def open(self, at: Installation) -> "SyslogChannel":
        certificate = at.folder / self.ca_certificate if self.ca_certificate else None
        if certificate is not None and not certificate.is_file():
            raise ConfigError([f"alerts.toml: channel[{at.id}].options.ca_certificate: there is no file {certificate}"])
        return SyslogChannel(self, certificate)


@dataclass(frozen=True, slots=True)
class SyslogChannel:
    """Writes each brief as one line to a server."""

    options: SyslogOptions
    ca_certificate: Path | None = None

    async def send(self, delivery: Delivery) -> None:
        """Returns when the system took the line. Raises: DeliveryDeferred, DeliveryRefused."""
        line = cut_bytes(_line(brief_in(delivery), _FACILITIES[self.options.facility]), _LONGEST[self.options.transport]).encode()
        try:
            async with asyncio.timeout(self.options.timeout_s):
                if self.options.transport == "udp":
                    await self._send_datagram(line)
                else:
                    await self._send_stream(b"%d %s" % (len(line), line))
        except OSError as error:
            raise DeliveryDeferred(
                delivery.recipient, f"{self._place}: {error.strerror or error or 'no answer in time'}"
            ) from error

    async def check(self) -> str:
        """Connects and writes nothing; UDP never answers. Raises: DeliveryDeferred."""
        if self.options.transport == "udp":
            return f"{self._place} (udp: it never answers)"
        try:
            async with asyncio.timeout(self.options.timeout_s):
                await self._send_stream(b"")
        except OSError as error:
            raise DeliveryDeferred(
                self.options.host, f"{self._place}: {error.strerror or error or 'no answer in time'}"
            ) from error
        return f"{self._place} answers ({self.options.transport})"

    @property
    def _port(self) -> int:
        return self.options.port or (6514 if self.options.transport == "tls" else 514)

    @property
    def _place(self) -> str:
        return f"{self.options.host}:{self._port}"

    async def _send_datagram(self, line: bytes) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(self.options.host, self._port), family=socket.AF_UNSPEC
        )
        transport.sendto(line)
        transport.close()

    async def _send_stream(self, frame: bytes) -> None:
        context = ssl.create_default_context(cafile=self.ca_certificate) if self.options.transport == "tls" else None
        _, writer = await asyncio.open_connection(self.options.host, self._port, ssl=context)
        try:
            writer.write(frame)
            await writer.drain()
        finally:
            writer.close()
        await writer.wait_closed()


def _line(brief: Brief, facility: int) -> str:
    """`PRI VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID SD MSG`; the message begins with the mark of UTF-8."""
    priority = facility * 8 + _SEVERITIES[brief.level]
    at = brief.at.isoformat(timespec="milliseconds")
    words = f"{brief.heading} | {brief.lead} | about={brief.about} message={brief.id}"
    host = "".join(character for character in socket.gethostname() if "!" <= character <= "~")[:255] or "-"
    return f'<{priority}>1 {at} {host} vigie - {brief.purpose[:32]} [origin software="vigie"] \ufeff{" ".join(words.split())}'
