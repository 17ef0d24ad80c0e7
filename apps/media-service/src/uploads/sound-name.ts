import { FleetError } from '@app/contracts';

/**
 * A file's name as its uploader has it: shown, and never part of a path.
 *
 * @throws FleetError INVALID_REQUEST for names that mean to be paths, or hold what no name holds: bytes that are
 * not written, or turn around what is
 */
export function soundName(name: string): string {
  if (
    /[/\\\x00-\x1f\x7f]|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u.test(name) ||
    name.includes('..') ||
    name.trim() === '' ||
    name.length > 255
  ) {
    throw new FleetError('INVALID_REQUEST', 'The file needs a name without a path');
  }
  return name;
}
