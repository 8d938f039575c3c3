"""An attack on a fresh server beside a polite client, measured, and held against what is required."""

import dataclasses
import time

from attacks import ATTACKS, Outcome
from harness import EVALUATE, Server, example
from polite import Polite, percentile
from variants import VARIANTS

EVERY_ATTACK = ATTACKS | VARIANTS

# The part of a core that an attacker may keep busy who is not cut off.
SHARE_OF_A_CORE = 0.1
GROWTH_BYTES = 64 << 20
# What the polite client's slowest calls may take under attack, whatever they took before.
PATIENCE_MS = 50
IDLE_SECONDS = 0.6


def polite_client(interval=0.02):
    return Polite(EVALUATE, example("eligible").SerializeToString(), interval)


@dataclasses.dataclass
class Siege:
    """One attack of one round."""

    outcome: Outcome
    # CPU seconds the server took for the attack alone.
    cpu: float
    before: int
    peak: int
    idle_times: list
    times: list
    faults: list
    must_close: bool
    # How the server exited; None while it runs, as it should.
    ended: int | None

    @property
    def share(self):
        """Cores that the attack kept busy."""
        return self.cpu / max(self.outcome.seconds, 0.001)

    def shortfalls(self):
        """What is not as it has to be, in words; empty when all is."""
        found = []
        if self.ended is not None:
            found.append(f"the server has ended with {self.ended}")
        if not self.outcome.closed and self.must_close:
            found.append(f"not cut off: {self.outcome.how}")
        elif not self.outcome.closed and self.share > SHARE_OF_A_CORE:
            found.append(f"{self.outcome.how}, and kept {self.share:.2f} of a core busy")
        if self.peak - self.before > GROWTH_BYTES:
            found.append(f"memory grew by {(self.peak - self.before) >> 20} MiB")
        if self.faults:
            found.append(f"{len(self.faults)} polite calls failed: {self.faults[0]}")
        if not self.times:
            found.append("no polite call was answered")
        return found


def besiege(name, seconds, client):
    """Lets an attack loose on a server of its own, with default limits but for its timer."""
    attack = EVERY_ATTACK[name]
    server = Server(*attack.options)
    try:
        client.visit(server.address)
        began, spent = time.monotonic(), server.cpu_seconds()
        idle_times, idle_faults = client.sample(IDLE_SECONDS)
        if idle_faults:
            raise RuntimeError(f"a call failed before the attack: {idle_faults[0]}")
        polite_share = (server.cpu_seconds() - spent) / (time.monotonic() - began)

        server.forget_peak()
        before = server.resident_bytes()
        began, spent = time.monotonic(), server.cpu_seconds()
        outcome = attack.run(server.port, seconds)
        cpu = server.cpu_seconds() - spent - polite_share * outcome.seconds
        # What an attacker left behind who was cut off soon is looked at for as long.
        time.sleep(max(0, began + seconds - time.monotonic()))
        times, faults = client.take()
        ended = server.process.poll()
        peak = server.peak_bytes() if ended is None else before
        client.rest()
    finally:
        server.stop()
    return Siege(
        outcome, max(cpu, 0), before, peak, idle_times, times, faults, attack.must_close, ended
    )


def row(name, sieges):
    """A row of the table: of several rounds the worst, but for latencies, of which the median."""
    worst = max(sieges, key=lambda siege: (siege.share if not siege.outcome.closed else 0))
    peak = max(sieges, key=lambda siege: siege.peak - siege.before)
    p50, p99, idle = (
        sorted(values)[len(values) // 2]
        for values in zip(
            *(
                (percentile(s.times, 0.5), percentile(s.times, 0.99), percentile(s.idle_times, 0.99))
                for s in sieges
            )
        )
    )
    cells = (
        name,
        worst.outcome.how,
        f"{worst.outcome.units:,}",
        f"{worst.cpu:.2f} in {worst.outcome.seconds:.2f}",
        f"{peak.before >> 20} -> {peak.peak >> 20}",
        f"{p50:.1f} / {p99:.1f}",
        f"{idle:.1f}",
    )
    slow = p99 > max(2 * idle, PATIENCE_MS)
    return f"| {' | '.join(cells)} |", slow


HEADING = """\
| attack | outcome | units sent | server CPU, s | RSS, MiB | polite p50 / p99, ms | idle p99, ms |
|---|---|---|---|---|---|---|"""
