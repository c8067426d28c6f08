"""What run and browser share: npm packages, a gateway to test, programs of src/ run against it."""

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from demo import ROOT, demo, find_binary  # noqa: E402

WORK = ROOT / "build" / "conformance-oidc"
SECONDS = 300


def install():
    """The npm packages that package-lock.json pins, unless they are there already; a fresh copy of src/."""
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = WORK / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock:
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(HERE / name, WORK)
        print("installing the peers with npm ...", flush=True)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
                       cwd=WORK, check=True, timeout=SECONDS)
        stamp.write_bytes(lock)
    shutil.rmtree(WORK / "src", ignore_errors=True)
    shutil.copytree(HERE / "src", WORK / "src")


@contextlib.contextmanager
def clock(binary):
    """Where libfaketime is installed, ROLLCALL_CLOCK names a file that sets the gateway's clock ahead. A
    sanitizer does not bear a library before it."""
    library = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if not library or binary.parent.name in ("asan", "tsan", "fuzz"):
        yield
        return
    with tempfile.NamedTemporaryFile("w", prefix="rollcall-clock-") as file:
        file.write("+0\n")
        file.flush()
        os.environ |= {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": file.name,
                       "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                       "ROLLCALL_CLOCK": file.name}
        yield


@contextlib.contextmanager
def server(options):
    """Base URL of the admin API and an operator's token."""
    if options.url:
        yield options.url.rstrip("/"), options.token
    else:
        binary = options.binary or find_binary()
        with clock(binary), demo(binary) as ready:
            os.environ.pop("LD_PRELOAD", None)
            yield ready["admin_url"], ready["admin_token"]


def parse(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", help="base URL of a running admin API, such as …/api/v1")
    parser.add_argument("--token", default=os.environ.get("ROLLCALL_TOKEN"), help="an operator token")
    parser.add_argument("--binary", type=pathlib.Path, help="rollcall to start (default:"
                        " $ROLLCALL_BINARY, or the release, debug or asan build)")
    parser.add_argument("--only", metavar="TEXT", help="the cases whose name holds TEXT")
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    options = parser.parse_args()
    if options.url and not options.token:
        parser.error("--url needs --token or ROLLCALL_TOKEN")
    return options


def run_for(seconds, command, environment):
    """The exit code; a program that takes longer is asked to end, so that it ends what it started."""
    process = subprocess.Popen(command, cwd=WORK, env=environment)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"ended after its {seconds} seconds", flush=True)
        return 1
    finally:
        process.terminate()
        process.wait()


def play(programs, options):
    """Runs each program of src/ against one gateway; the exit code."""
    install()
    arguments = (["--only", options.only] if options.only else []) + (["--quiet"] if options.quiet else [])
    codes = []
    with server(options) as (url, token):
        environment = os.environ | {"ROLLCALL_URL": url, "ROLLCALL_TOKEN": token}
        for program in programs:
            print(f"\n=== {program}", flush=True)
            codes.append(run_for(SECONDS, ["node", f"src/{program}/run.mjs", *arguments], environment))
    return 1 if any(codes) else 0
