import { FleetError } from '@app/contracts';
import type { ByteRange } from '@app/storage';

/**
 * The bytes that a Range header asks for (RFC 9110, 14.2); undefined when it asks for all, or in units we do not know.
 *
 * @throws FleetError RANGE_NOT_SATISFIABLE for what lies outside of the file, and for several ranges at once
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, set] = /^bytes=(.*)$/.exec(header ?? '') ?? [];
  if (set === undefined) return undefined;
  const [, first, last] = /^\s*(\d{0,15})-(\d{0,15})\s*$/.exec(set) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) throw outside(size);
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end || (first === '' && Number(last) === 0)) throw outside(size);
  return { start, end };
}

function outside(size: number): FleetError {
  return new FleetError('RANGE_NOT_SATISFIABLE', 'The file does not have these bytes', { size });
}
