import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from './identity.js';
import { Strangers } from './limits/strangers.js';
import { Prover, type Showing } from './prover.js';
import { IdentityRegister } from './register/identity-register.js';
import { RefusalMemory } from './register/refusal-memory.js';

/** Knows callers by what they show: those it saw a moment ago at once, others after a look, and guessers after a while. */
@Injectable()
export class Recognition {
  constructor(
    @Inject(IdentityRegister) private readonly register: IdentityRegister,
    @Inject(Strangers) private readonly strangers: Strangers,
    @Inject(RefusalMemory) private readonly refusals: RefusalMemory,
    @Inject(Prover) private readonly prover: Prover,
  ) {}

  /**
   * Whom somebody at this address stands for.
   *
   * @throws FleetError UNAUTHORIZED, TENANT_SUSPENDED; RATE_LIMIT_EXCEEDED when too much from there was refused;
   * UNAVAILABLE when an issuer's keys cannot be had
   */
  async recognise(address: string, showing: Showing): Promise<Identity> {
    // Equal credentials may stand for somebody else under another host name, and at the other way in.
    const proof = JSON.stringify(showing);
    const isShown = showing.credential !== undefined;
    return this.strangers.guarded(address, isShown, () =>
      this.register.recall(proof, () => {
        if (!isShown) return this.prover.prove(showing);
        this.strangers.demandPatience(address);
        return this.refusals.around(proof, () => this.prover.prove(showing));
      }),
    );
  }
}
