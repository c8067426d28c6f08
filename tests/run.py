"""Builds and passes all tests. Each step's output goes to build/logs; the last line counts everything."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "logs"
LINTS = ("layers", "co_await", "size", "clean")
ENVIRONMENT = {
    # A fresh clone in another folder finds what an earlier one compiled.
    "CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1",
    "CCACHE_SLOPPINESS": "pch_defines,time_macros,include_file_mtime,include_file_ctime",
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


class Counts:
    """Passed, failed and skipped tests, and the steps that failed with their logs."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.broken = []

    def add(self, passed=0, failed=0, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def summary(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def count_one(ok, _log):
    return {"passed": int(ok), "failed": int(not ok)}


def count_nothing(ok, _log):
    """For a step that only prepares others: it counts when it fails."""
    return {"failed": int(not ok)}


def count_unittest(ok, log):
    """Python's unittest: `Ran 14 tests`, `FAILED (failures=1, errors=2)`."""
    ran = sum(map(int, re.findall(r"^Ran (\d+) tests?", log, re.M)))
    failed = sum(map(int, re.findall(r"(?:failures|errors)=(\d+)", log)))
    failed = max(failed, int(not ok))
    return {"passed": max(ran - failed, 0), "failed": failed}


def count_closing_lines(ok, log):
    """Our own suites each end in `N passed, N failed`; a run without such a line is one failure."""
    closing = re.findall(r"^(?:[\w ]+[,:] )?(\d+) passed, (\d+) failed\b(?:, (\d+) skipped)?", log, re.M)
    passed, failed, skipped = (sum(int(line[column] or 0) for line in closing) for column in range(3))
    return {"passed": passed, "failed": max(failed, int(not ok or not closing)), "skipped": skipped}


def count_ctest(results):
    """CTest's tests, and within a GoogleTest binary its own, from the JSON that it left in `results`."""
    def count(ok, _log):
        junit = results / "ctest.xml"
        if not junit.exists():
            return {"failed": 1}
        total = {"passed": 0, "failed": 0, "skipped": 0}
        for case in xml.parse(junit).getroot().iter("testcase"):
            one = count_binary(results / f"{case.get('name')}.json", case.get("status") == "run")
            for key, number in one.items():
                total[key] += number
        total["failed"] = max(total["failed"], int(not ok))
        return total
    return count


def count_binary(path, ok):
    if not path.exists():
        return {"passed": int(ok), "failed": int(not ok)}
    report = json.loads(path.read_text())
    cases = [case for suite in report["testsuites"] for case in suite["testsuite"]
             if case["status"] == "RUN"]
    failed = sum("failures" in case for case in cases)
    skipped = sum(case["result"] == "SKIPPED" for case in cases)
    # A crash or a leak after the last test fails the binary though each test passed.
    failed_in_all = max(failed, int(not ok))
    return {"passed": len(cases) - failed - skipped, "failed": failed_in_all, "skipped": skipped}


class Run:
    def __init__(self):
        self.counts = Counts()
        self.number = 0
        shutil.rmtree(LOGS, ignore_errors=True)
        LOGS.mkdir(parents=True)

    def step(self, name, command, count=count_one, minutes=20, environment=None):
        """Runs a command to its end or its time limit; true if it succeeded."""
        self.number += 1
        path = LOGS / f"{self.number:02}-{name.replace(' ', '-').replace('/', '-')}.log"
        print(f"{name} ... ", end="", flush=True)
        started = time.monotonic()
        with path.open("wb") as log:
            try:
                code = subprocess.run(
                    list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT, timeout=minutes * 60,
                    env={**ENVIRONMENT, **os.environ, **(environment or {})}).returncode
            except subprocess.TimeoutExpired:
                log.write(f"\nended after its {minutes} minutes\n".encode())
                code = -1
        text = path.read_text(errors="replace")
        tally = count(code == 0, text)
        self.counts.add(**tally)
        ok = code == 0 and not tally.get("failed")
        tests = tally.get("passed", 0) + tally.get("failed", 0)
        print(f"{'ok' if ok else 'FAILED'} ({f'{tests} tests, ' if tests > 1 else ''}"
              f"{time.monotonic() - started:.0f} s)", flush=True)
        if not ok:
            self.counts.broken.append((name, path))
            print("\n".join("    " + line for line in text.splitlines()[-25:]), flush=True)
        return ok

    def lints(self):
        for lint in LINTS:
            self.step(f"lint {lint}", [f"tests/lint/{lint}.py"])
        self.step("lint selftest", ["tests/lint/selftest.py"], count_unittest)
        self.step("lint format", ["tests/lint/format"])
        self.step("lint scripts", ["tests/lint/scripts"])
        self.step("lint requirements", ["tests/requirements/table", "--check"])

    def build(self, preset, *targets, options=()):
        return (self.step(f"configure {preset}", ["cmake", "--preset", preset, "-DROLLCALL_TESTS=ON", *options],
                          count_nothing)
                and self.step(f"build {preset}", ["cmake", "--build", "--preset", preset, "--target",
                                                  *(targets or ("all",))], count_nothing, minutes=60))

    def tests(self, preset, *arguments):
        results = ROOT / "build" / preset / "results"
        shutil.rmtree(results, ignore_errors=True)
        results.mkdir(parents=True)
        self.step(f"tests {preset}",
                  ["ctest", "--test-dir", f"build/{preset}", "--output-on-failure", "--no-tests=error", "-j2",
                   "--output-junit", results / "ctest.xml", *arguments],
                  count_ctest(results), minutes=40, environment={"GTEST_OUTPUT": f"json:{results}/"})

    def fuzz(self, seconds):
        """Each libFuzzer binary of build/fuzz for a while, from its corpus."""
        targets = sorted((ROOT / "build" / "fuzz").glob("fuzz_*"))
        for target in targets:
            name = target.name.removeprefix("fuzz_")
            found = ROOT / "build" / "fuzz" / "found" / name
            found.mkdir(parents=True, exist_ok=True)
            self.step(f"fuzz {name}",
                      [target, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
                       "-max_len=16384", f"-artifact_prefix={found}/", "-print_final_stats=1",
                       found, f"tests/fuzz/corpus/{name}"], minutes=seconds / 60 + 5)
        if not targets:
            print("fuzz: no target was built")
            self.counts.add(failed=1)

    def conformance(self):
        conformance = ROOT / "conformance"
        for runner in sorted([*conformance.glob("*/run"), *conformance.glob("*/browser")]):
            suite = runner.parent.name + (" in a browser" if runner.name == "browser" else "")
            self.step(f"conformance {suite}", [runner], count_closing_lines, minutes=15,
                      environment={"ROLLCALL_BINARY": str(ROOT / "build" / "release" / "rollcall")})

    def close(self):
        for name, path in self.counts.broken:
            print(f"failed: {name}: {path.relative_to(ROOT)}")
        print(self.counts.summary())
        return 1 if self.counts.failed or not self.counts.passed else 0


def everything(run, fuzz_seconds, long):
    run.lints()
    released = run.step("quickstart", ["deploy/quickstart", "--no-run"], minutes=60)
    if released:
        run.conformance()
    # One tree serves ASan, UBSan and libFuzzer: coverage hooks change nothing that the tests see.
    if run.build("fuzz"):
        run.tests("fuzz")
        run.fuzz(fuzz_seconds)
    if run.build("tsan", *([] if long else ["concurrent_tests"])):
        run.tests("tsan", *([] if long else ["-L", "concurrent"]))
    if long:
        run.step("lint tidy", ["tests/lint/tidy", "--all"], minutes=120)


def main():
    parser = argparse.ArgumentParser(
        prog="tests/run", description="Builds and passes all tests: lints, the release build with the "
        "conformance suites, unit and process tests under ASan and UBSan, the concurrent ones under TSan, "
        "each fuzz target for a short while. Logs: build/logs. The last line counts; exit 1 on a failure.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="the inner loop: debug build, lints, unit tests")
    mode.add_argument("--asan", action="store_true", help="all tests under ASan and UBSan")
    mode.add_argument("--tsan", action="store_true", help="all tests under ThreadSanitizer")
    mode.add_argument("--fuzz", type=int, metavar="SECONDS", help="each fuzz target for so long")
    mode.add_argument("--long", action="store_true",
                      help="everything, clang-tidy on all files, TSan on all tests, five minutes of each fuzz target")
    options = parser.parse_args()
    run = Run()
    if options.quick:
        run.lints()
        if run.build("debug", options=["-DROLLCALL_PCH=ON"]):
            run.tests("debug", "-LE", "process")
    elif options.asan or options.tsan:
        preset = "asan" if options.asan else "tsan"
        if run.build(preset):
            run.tests(preset)
    elif options.fuzz:
        if run.build("fuzz"):
            run.fuzz(options.fuzz)
    else:
        everything(run, 300 if options.long else 20, options.long)
    return run.close()


if __name__ == "__main__":
    sys.exit(main())
