"""A demo gateway of the suite's own: started on a free loopback port, stopped at the end."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
START_SECONDS = 30


def find_binary():
    """$ROLLCALL_BINARY, or the best build that is there."""
    named = os.environ.get("ROLLCALL_BINARY")
    builds = [ROOT / "build" / preset / "rollcall" for preset in ("release", "debug", "asan")]
    for binary in [pathlib.Path(named)] if named else builds:
        if binary.exists():
            return binary
    sys.exit("build rollcall first: cmake --preset release && cmake --build --preset release")


@contextlib.contextmanager
def demo(binary):
    """Gives what the gateway's ready file says: admin_url, admin_token, organizations."""
    with tempfile.TemporaryDirectory(prefix="rollcall-conformance-") as folder:
        ready = pathlib.Path(folder) / "ready.json"
        with open(pathlib.Path(folder) / "log", "wb") as log:
            process = subprocess.Popen(
                [binary, "demo", "--listen", "127.0.0.1:0", "--data-dir", f"{folder}/data",
                 "--ready-file", ready], stdout=log, stderr=log)
        try:
            yield wait_for(ready, process, log.name)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(ready, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return json.loads(ready.read_text())
        if process.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(f"the gateway did not start:\n{pathlib.Path(log).read_text()[-2000:]}")
