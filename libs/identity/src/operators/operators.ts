import type { IncomingMessage } from 'node:http';
import { FleetError } from '@app/contracts';
import { EnvError } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { credentialOf } from '../credentials.js';
import { IdentityEnv } from '../identity-env.js';
import { sameKey } from '../same-key.js';

/** One of those who run the installation. Belongs to no tenant. */
export interface OperatorContext {
  readonly principal: 'operator';
  readonly principalId: string;
}

const NAMED = /^([\w.-]{1,64})=(\S{16,})$/;

/** Those who run the installation, and their keys. A name may stand there twice while its key is being changed. */
@Injectable()
export class Operators {
  private readonly keys: { name: string; key: string }[];

  /** @throws EnvError */
  constructor(@Inject(IdentityEnv) env: IdentityEnv) {
    this.keys = (env.OPERATOR_KEYS ?? '')
      .split(',')
      .filter((entry) => entry.trim() !== '')
      .map((entry) => namedKey(entry.trim()));
    if (env.OPERATOR_KEY) this.keys.push({ name: 'operator', key: env.OPERATOR_KEY });
  }

  /** Which operator has this key. */
  find(key: string): OperatorContext | undefined {
    // All are compared, so that the time tells nothing about which of them is near.
    const [found] = this.keys.filter((known) => sameKey(known.key, key));
    return found && { principal: 'operator', principalId: `operator:${found.name}` };
  }

  /**
   * The operator who sends this request, by a key in `Authorization: Bearer`, `X-API-KEY` or `X-Operator-Key`.
   *
   * @throws FleetError UNAUTHORIZED
   */
  demand(request: IncomingMessage): OperatorContext {
    const key = credentialOf(request, [request.headers['x-operator-key']]);
    const operator = key === undefined ? undefined : this.find(key);
    if (!operator) throw new FleetError('UNAUTHORIZED', 'Only operators get in here');
    return operator;
  }
}

function namedKey(entry: string): { name: string; key: string } {
  const [, name, key] = NAMED.exec(entry) ?? [];
  if (name === undefined || key === undefined) {
    throw new EnvError(['OPERATOR_KEYS must be name=key with commas between them, each key of 16 characters or more']);
  }
  return { name, key };
}
