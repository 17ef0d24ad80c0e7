import { FleetError } from '@app/contracts';
import { TurnFault, type TurnFaultKind } from '../../turns/engine.js';
import type { Connection } from './connection.js';

const LONGEST_DETAIL = 200;
const WORTH_A_RETRY = [408, 409, 425, 429];
/** What the AI SDK throws when it was called wrongly. */
const OUR_BUGS = ['AI_InvalidPromptError', 'AI_InvalidArgumentError', 'AI_UnsupportedFunctionalityError'];
/** Thrown for events that cannot be read; their messages quote what was sent. */
const NOT_AN_ANSWER = ['AI_JSONParseError', 'AI_TypeValidationError'];

/**
 * What went wrong between us and a model server, as a fault without any secret. The original error is left behind on
 * purpose: it carries the whole request.
 */
export function faultOf(error: unknown, connection: Connection): TurnFault {
  if (error instanceof TurnFault) return error;
  if (error instanceof FleetError) return new TurnFault(error.status < 500 ? 'caller' : 'world', error.message);
  const detail = redact(messageOf(error), connection.apiKey);
  const status = statusOf(error);
  if (status !== undefined)
    return new TurnFault(kindOf(status), `${explain(status, connection.model)} ${detail}`.trim());
  if (error instanceof Error && OUR_BUGS.includes(error.name)) return new TurnFault('bug', detail);
  return new TurnFault('world', `The model server could not be reached or broke off. ${detail}`.trim());
}

function kindOf(status: number): TurnFaultKind {
  return status >= 400 && status < 500 && !WORTH_A_RETRY.includes(status) ? 'caller' : 'world';
}

function explain(status: number, model: string): string {
  if (status === 401 || status === 403) return `The model server refused the key (${status}).`;
  if (status === 404) return `The model server does not know the model "${model}", or the base URL is wrong (404).`;
  if (status === 429) return 'The model server asks for fewer requests (429).';
  return `The model server answered ${status}.`;
}

/** The status of a refused request, or the one some servers put into an error in mid-stream. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  const status = Number(statusCode ?? code);
  return Number.isInteger(status) && status >= 300 && status < 600 ? status : undefined;
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  const { message, name, cause } = error as { message?: unknown; name?: unknown; cause?: unknown };
  // A failed connection is told by its code: its message names addresses that are nobody's business.
  const code = typeof cause === 'object' && cause !== null ? (cause as { code?: unknown }).code : undefined;
  if (typeof code === 'string') return `(${code})`;
  if (typeof name === 'string' && NOT_AN_ANSWER.includes(name)) return 'It sent something that is no answer.';
  return typeof message === 'string' ? message : '';
}

function redact(message: string, apiKey: string | undefined): string {
  const known = apiKey ? message.replaceAll(apiKey, '…') : message;
  const clean = known.replace(/\b(sk|rk|pk)-\S+|(Bearer\s+)\S+/gi, '$2…').replace(/\s+/g, ' ');
  return clean.length > LONGEST_DETAIL ? `${clean.slice(0, LONGEST_DETAIL)}…` : clean;
}
