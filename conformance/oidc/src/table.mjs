/** Rows with their verdicts, and the closing line that tests/run counts. */

export function expect(holds, what) {
  if (!holds) throw new Error(what);
}

export function same(got, wanted, what) {
  const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)];
  expect(left === right, `${what}: ${left} instead of ${right}`);
}

export class Table {
  passed = 0;
  failed = 0;
  skipped = 0;

  constructor(quiet = false, mayBeEmpty = false) {
    this.quiet = quiet;
    this.mayBeEmpty = mayBeEmpty;
  }

  heading(text) {
    if (!this.quiet) console.log(`\n${text}`);
  }

  /** `columns` are texts, the last one free; `faults` empty for a row that is as it must be. */
  row(columns, faults) {
    const ok = faults.length === 0;
    if (ok) ++this.passed;
    else ++this.failed;
    if (ok && this.quiet) return;
    const widths = [24, 11, 34];
    const line = columns.map((text, at) => (at < widths.length ? text.padEnd(widths[at]) : text)).join(' ');
    console.log(`${ok ? 'ok' : 'FAIL'}`.padEnd(5) + line.trimEnd());
    for (const fault of faults) console.log(`       ${fault}`);
  }

  /** A row that is a deed: it fails by throwing, and may return a remark. */
  async step(name, deed) {
    const started = Date.now();
    const faults = [];
    let remark = '';
    try {
      remark = (await deed()) ?? '';
    } catch (error) {
      faults.push(error.message);
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    this.row([name.padEnd(72), `${seconds} s`.padStart(6), remark], faults);
    return faults.length === 0;
  }

  skip(name, why) {
    ++this.skipped;
    console.log(`${'skip'.padEnd(5)}${name}: ${why}`);
  }

  /** Prints the closing line; the exit code. */
  close() {
    const skipped = this.skipped ? `, ${this.skipped} skipped` : '';
    console.log(`\n${this.passed} passed, ${this.failed} failed${skipped}`);
    const some = this.passed + this.skipped > 0 || this.mayBeEmpty;
    return this.failed === 0 && some ? 0 : 1;
  }
}
