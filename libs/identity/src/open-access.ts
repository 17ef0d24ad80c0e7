import { isIP } from 'node:net';
import { EnvError } from '@app/platform';
import type { IdentityEnv } from './identity-env.js';
import type { Origin } from './network/proxy-trust.js';

/** Decides whether a caller without a credential is let in. */
export class OpenAccess {
  private readonly to: 'loopback' | 'everybody' | 'nobody';

  /** @throws EnvError for an installation that would be open in production without anybody having said so */
  constructor(env: IdentityEnv) {
    const isLocked = env.ELIZA_SERVER_AUTH_TOKEN !== undefined && env.SERVER_API_KEY !== undefined;
    if (env.NODE_ENV === 'production' && env.OPEN_ACCESS === undefined && !isLocked) {
      throw new EnvError([
        'OPEN_ACCESS is not set: say who may come in without a credential (nobody, when tenants have keys), ' +
          'or set both ELIZA_SERVER_AUTH_TOKEN and SERVER_API_KEY',
      ]);
    }
    this.to = env.OPEN_ACCESS ?? 'loopback';
  }

  /**
   * `loopback` is for trying things out: programs on this machine, and pages that it serves itself. A foreign page in
   * a browser here is kept out, also one whose name was made to lead to this machine.
   */
  admits({ isLocal, host }: Origin, page: string | undefined): boolean {
    if (this.to !== 'loopback') return this.to === 'everybody';
    return isLocal && isOfThisMachine(host) && (page === undefined || isOfThisMachine(hostOf(page)));
  }
}

/** Whether a host is an address or a name that no foreign name server answers for. */
function isOfThisMachine(host: string | undefined): boolean {
  const name = (host ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
  return name !== '' && (isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost'));
}

function hostOf(page: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(page)?.[1];
}
