/** Steps with their verdicts, and the generated client, each of whose answers is held against the document. */
import { createClient, type Client } from './api/client';
import type { Problem } from './api';
import { Documented } from './documented';

/** What every operation of the generated client gives. */
type Called<T> = Promise<{ data: T | undefined; error: unknown; response: Response }>;

export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export function same(got: unknown, wanted: unknown, what: string): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)];
  expect(left === right, `${what}: ${left} instead of ${right}`);
}

export class Suite {
  /** The client of the operator. */
  readonly operator: Client;
  /** Names of this run's own, so that it may be repeated on one server. */
  readonly tag = Math.random().toString(36).slice(2, 8);
  private passed = 0;
  private failed = 0;
  private trace: string[] = [];
  private undocumented: string[] = [];
  private readonly called = new Set<string>();
  private readonly codes = new Map<string, string>();

  constructor(private readonly url: string, token: string, private readonly documented: Documented) {
    this.operator = this.as(token);
  }

  /** A client of whoever holds the token. */
  as(token: string): Client {
    const client = createClient({ baseUrl: this.url, auth: token });
    client.interceptors.response.use(async (response, request, options) => {
      const operation = this.documented.operation(request.method, options.url);
      this.called.add(operation.operationId);
      this.trace.push(`${operation.operationId} ${response.status}`);
      try {
        await this.documented.check(operation, response);
      } catch (error) {
        this.undocumented.push((error as Error).message);
      }
      return response;
    });
    return client;
  }

  /** One row of the table. */
  async step(name: string, body: () => Promise<void>): Promise<void> {
    this.trace = [];
    this.undocumented = [];
    const faults: string[] = [];
    try {
      await body();
    } catch (error) {
      faults.push((error as Error).message);
    }
    faults.push(...this.undocumented);
    const ok = faults.length === 0;
    if (ok) ++this.passed;
    else ++this.failed;
    console.log((ok ? 'ok' : 'FAIL').padEnd(5) + name.padEnd(60) + this.shortTrace());
    for (const fault of faults) console.log(`       ${fault}`);
  }

  /** The answer of a call that must succeed with the status. */
  async done<T>(call: Called<T>, status = 200): Promise<T> {
    return (await this.answered(call, status)).data;
  }

  async answered<T>(call: Called<T>, status = 200): Promise<{ data: T; response: Response }> {
    const { data, error, response } = await call;
    expect(response.status === status,
      `${response.status} instead of ${status}: ${JSON.stringify(error ?? data)}`);
    return { data: data as T, response };
  }

  /** The problem of a call that must be refused with the status and code. */
  async refused<T>(call: Called<T>, status: number, code: string): Promise<Problem> {
    const { data, error, response } = await call;
    expect(response.status === status,
      `${response.status} instead of ${status} ${code}: ${JSON.stringify(error ?? data)}`);
    const problem = error as Problem;
    same([problem.status, problem.code], [status, code], 'the problem');
    this.codes.set(code, `${status} ${problem.detail}`);
    return problem;
  }

  /** Follows `next` to the end. */
  async all<T>(page: (cursor?: string) => Called<{ items: T[]; next: string | null }>): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const one = await this.done(page(cursor));
      items.push(...one.items);
      cursor = one.next ?? undefined;
    } while (cursor);
    return items;
  }

  uncalled(): string[] {
    return this.documented.operations.filter((operation) => !this.called.has(operation));
  }

  /** Prints the codes and the closing line; true if no step failed. */
  close(): boolean {
    console.log('\nRefusals that the session met:');
    for (const [code, text] of [...this.codes].sort()) console.log(`  ${code.padEnd(26)}${text}`);
    console.log(`\n${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0;
  }

  private shortTrace(): string {
    const most = 4;
    const rest = this.trace.length - most;
    return this.trace.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  }
}
