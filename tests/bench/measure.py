"""One measurement: a load on core 1 against a server on core 0, with the server's CPU time of the same span."""

import dataclasses
import os
import pathlib
import statistics
import subprocess

SERVER_CORE, CLIENT_CORE = "0", "1"
SCRIPT = pathlib.Path(__file__).with_name("load.lua")
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A measurement that says nothing: an error answer, no answer, a server that died."""


@dataclasses.dataclass
class Load:
    """What wrk asks for: a kind of load.lua, a path under the server's base URL, the kind's file."""
    kind: str
    path: str
    file: str = "-"
    connections: int = 64
    helpers = ()  # processes whose work is the load's

    def run(self, server, seconds, prefix=""):
        return ran(server, ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "30s", "-s", SCRIPT,
                            server.url + self.path, "--", self.kind, server.token, self.file, prefix], seconds)


@dataclasses.dataclass
class Sample:
    rate: float  # requests a second
    p50: float  # milliseconds
    p99: float
    cpu: float  # µs of the server a request
    foreign: float  # share of the machine's time that neither server nor wrk used


def cpu_ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def machine_ticks():
    """(busy, all) ticks of the whole machine."""
    fields = list(map(int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    return sum(fields) - fields[3] - fields[4], sum(fields)


def ran(server, command, seconds):
    """(requests, seconds, p50, p99) of a program that prints a line "RESULT …" after so many seconds."""
    # Twice the time and a request's timeout: it ends far earlier.
    ended = subprocess.run(["taskset", "-c", CLIENT_CORE, *map(str, command)], capture_output=True, text=True,
                           timeout=2 * seconds + 60)
    for line in ended.stdout.splitlines():
        if line.startswith("RESULT "):
            requests, micros, failed, p50, p99 = map(float, line.split()[1:])
            if failed:
                raise Failed(f"{server.name}: {failed:.0f} of {requests:.0f} answers were errors {ended.stderr[-600:]}")
            if not requests:
                raise Failed(f"{server.name}: no answer within {seconds} s")
            return requests, micros / 1e6, p50 / 1000, p99 / 1000
    raise Failed(f"{server.name}: the load failed: {ended.stdout[-300:]}{ended.stderr[-300:]}")


def measure(server, load, seconds, prefix=""):
    children = os.times()
    helped = sum(map(cpu_ticks, load.helpers))
    server_before, (busy_before, all_before) = cpu_ticks(server.pid), machine_ticks()
    requests, span, p50, p99 = load.run(server, seconds, prefix)
    server_used = cpu_ticks(server.pid) - server_before
    busy, whole = (after - before for after, before in zip(machine_ticks(), (busy_before, all_before)))
    ended = os.times()
    client_used = (ended.children_user + ended.children_system
                   - children.children_user - children.children_system) * TICKS
    client_used += sum(map(cpu_ticks, load.helpers)) - helped
    return Sample(requests / span, p50, p99, server_used / TICKS * 1e6 / requests,
                  max(0.0, busy - server_used - client_used) / max(1, whole))


def alternate(sides, seconds, rounds):
    """Measures the sides in turn, `rounds` times; `sides` are (server, load). The samples of each side."""
    samples = [[] for _ in sides]
    for server, load in sides:
        load.run(server, 1, "w")
    for number in range(rounds):
        for place, (server, load) in enumerate(sides):
            samples[place].append(measure(server, load, seconds, f"r{number}-"))
    return samples


def median(samples):
    return Sample(*(statistics.median(getattr(sample, field.name) for sample in samples)
                    for field in dataclasses.fields(Sample)))


def times_the_cpu(samples, base):
    """How much more CPU time a request took than one of `base`: the median of the rounds' ratios."""
    return statistics.median(sample.cpu / other.cpu for sample, other in zip(samples, base))


def anonymous_bytes(pid):
    """Memory of the process that no file backs."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise Failed(f"no smaps_rollup of {pid}")
