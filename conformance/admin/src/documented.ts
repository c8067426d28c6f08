/** What the OpenAPI document says of an answer, and whether an answer is that. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

type Schema = Record<string, any>;

export class Documented {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: Schema) {
    addFormats(this.ajv);
  }

  get operations(): string[] {
    return Object.values<Schema>(this.document.paths)
      .flatMap((path) => Object.values<Schema>(path).map((operation) => operation.operationId));
  }

  operation(method: string, path: string): Schema {
    const found = this.document.paths[path]?.[method.toLowerCase()];
    if (!found) throw new Error(`${method} ${path} is not documented`);
    return found;
  }

  /** Throws unless the document names this answer of the operation and its body fits the schema. */
  async check(operation: Schema, response: Response): Promise<void> {
    const where = `${operation.operationId} ${response.status}`;
    const said = this.resolved(operation.responses[String(response.status)]);
    if (!said) throw new Error(`${where} is not documented`);
    for (const name of Object.keys(said.headers ?? {})) {
      if (!response.headers.has(name)) throw new Error(`${where}: lacks ${name}`);
    }
    const body = await response.clone().text();
    const type = response.headers.get('Content-Type')?.split(';')[0] ?? '';
    if (!said.content) {
      if (body) throw new Error(`${where}: has a body, which is not documented`);
      return;
    }
    const content = said.content[type];
    if (!content) throw new Error(`${where}: the type "${type}" is not documented`);
    if (!type.endsWith('json') || type.endsWith('ndjson')) return;
    const fits = this.validator(`${where} ${type}`, content.schema);
    if (!fits(JSON.parse(body))) throw new Error(`${where}: ${this.ajv.errorsText(fits.errors)} in ${body}`);
  }

  private validator(name: string, schema: Schema): ValidateFunction {
    const known = this.validators.get(name) ?? this.ajv.compile(this.closed(schema));
    this.validators.set(name, known);
    return known;
  }

  /** The schema without references, in which a member that it does not name is an error. */
  private closed(schema: Schema, part = false): Schema {
    const whole: Schema = { ...this.resolved(schema) };
    if (whole.allOf) whole.allOf = whole.allOf.map((one: Schema) => this.closed(one, true));
    if (whole.oneOf) whole.oneOf = whole.oneOf.map((one: Schema) => this.closed(one));
    if (whole.items) whole.items = this.closed(whole.items);
    if (whole.properties) {
      whole.properties = Object.fromEntries(Object.entries<Schema>(whole.properties)
        .map(([name, one]) => [name, this.closed(one)]));
    }
    const open = whole.additionalProperties === true || !(whole.properties || whole.allOf);
    if (!part && !open) whole.unevaluatedProperties = false;
    return whole;
  }

  private resolved(value: Schema): Schema {
    if (!value?.$ref) return value;
    const path: string[] = value.$ref.slice(2).split('/');
    return this.resolved(path.reduce((at: Schema, name) => at[name], this.document));
  }
}
