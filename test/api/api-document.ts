import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** A JSON schema, or anything else of a document that is looked into freely. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a document is JSON of any shape
export type Json = any;

/** A route of the document. */
export interface Operation {
  /** Such as `POST /api/agents/{agentId}/start`. */
  name: string;
  method: string;
  path: string;
  /** What the document says of it. */
  about: Json;
}

/** What was answered to a call. */
export interface Exchange {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  text: string;
}

/** Fields of answers that say themselves what they have: a character's, a line's subjects, settings by their names. */
const OPEN = new Set(['AgentView', 'LogLine', 'LogEntry', 'TeeInfo', 'TenantSettings', 'Error']);

/** The document a gateway serves, and whether what it answers is as it says. */
export class ApiDocument {
  readonly operations: Operation[];
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  private readonly validators = new Map<unknown, ValidateFunction>();

  private constructor(readonly document: Json) {
    this.operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
      Object.entries<Json>(item).map(([method, about]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        about,
      })),
    );
    this.ajv.addSchema({ $id: 'document', components: { schemas: closed(document.components.schemas) } });
  }

  static async of(url: string): Promise<ApiDocument> {
    const response = await fetch(`${url}/api/openapi.json`);
    if (response.status !== 200) throw new Error(`The document was answered with ${response.status}`);
    return new ApiDocument(await response.json());
  }

  /** The operation that a call reaches: of several that fit the one with the fewest parts that stand for something. */
  find(method: string, path: string): Operation | undefined {
    const parts = path.split('?')[0]!.split('/');
    const fitting = this.operations.filter((operation) => {
      const named = operation.path.split('/');
      const fits = (part: string, index: number): boolean => part.startsWith('{') || part === parts[index];
      return operation.method === method && named.length === parts.length && named.every(fits);
    });
    const open = ({ path: of }: Operation): number => of.split('{').length;
    return fitting.sort((a, b) => open(a) - open(b))[0];
  }

  /** The answers that an operation may give, by status. */
  answersOf({ about }: Operation): Record<string, Json> {
    const resolve = (answer: Json): Json =>
      answer.$ref ? this.document.components.responses[answer.$ref.split('/').at(-1)] : answer;
    return Object.fromEntries(Object.entries<Json>(about.responses).map(([status, one]) => [status, resolve(one)]));
  }

  /** What is wrong with an answer by the document, nothing when it is as the document says. */
  faultsOf({ method, path, status, headers, text }: Exchange): string[] {
    const operation = this.find(method, path);
    if (!operation) return [`${method} ${path} is not in the document`];
    const answer = this.answersOf(operation)[status];
    const where = `${operation.name} answered ${status}`;
    if (!answer) return [`${where}, of which the document does not speak: ${text.slice(0, 300)}`];
    if (!answer.content) return text === '' ? [] : [`${where} with a text, and should have none`];
    const type = headers.get('content-type')?.split(';')[0] ?? 'nothing';
    const content = answer.content[type] ?? answer.content['*/*'];
    if (!content) return [`${where} with ${type}`];
    if (type !== 'application/json') return [];
    return this.faultsBy(content.schema, JSON.parse(text)).map((fault) => `${where}: ${fault}`);
  }

  /** What is wrong with an event that a socket heard, by the document. */
  faultsOfEvent(event: string, payload: Json): string[] {
    const told = this.document['x-socket-events'].server[event];
    if (!told) return [`${event} is not in the document`];
    return this.faultsBy(told.payload, payload).map((fault) => `${event}: ${fault}`);
  }

  private faultsBy(schema: Json, value: Json): string[] {
    const validate = this.validator(schema);
    if (validate(value)) return [];
    const faults = (validate.errors ?? []).map(
      (fault) => `${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`,
    );
    return [`${faults.slice(0, 5).join('; ')} in ${JSON.stringify(value).slice(0, 300)}`];
  }

  private validator(schema: Json): ValidateFunction {
    const known = this.validators.get(schema);
    if (known) return known;
    const inDocument = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components'));
    const made = this.ajv.compile(inDocument);
    this.validators.set(schema, made);
    return made;
  }
}

/** The schemas, so that a field they do not name is a fault. */
function closed(schemas: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      OPEN.has(name) ? schema : { ...schema, additionalProperties: false },
    ]),
  );
}
