"""The table that a run prints."""

import dataclasses

import measure


@dataclasses.dataclass
class Line:
    row: str
    side: str
    sample: measure.Sample | None = None
    figure: str = ""
    budget: str = ""
    met: bool | None = None


def table(lines):
    head = ("row", "side", "req/s", "p50 ms", "p99 ms", "CPU us", "foreign", "compared", "budget", "")
    rows = [head]
    for line in lines:
        sample = line.sample
        numbers = ("", "", "", "", "") if sample is None else (
            f"{sample.rate:,.0f}", f"{sample.p50:.2f}", f"{sample.p99:.2f}", f"{sample.cpu:,.1f}",
            f"{sample.foreign:.0%}")
        verdict = {None: "", True: "ok", False: "MISSED"}[line.met]
        rows.append((line.row, line.side, *numbers, line.figure, line.budget, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                               for column, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in rows)
