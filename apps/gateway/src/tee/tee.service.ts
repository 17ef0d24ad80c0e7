import { createECDH } from 'node:crypto';
import { FleetError, type JsonObject } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { GuestAgent } from './guest-agent.js';

/** What attests a gateway that runs in a trusted execution environment. */
@Injectable()
export class TeeService {
  private readonly agent?: GuestAgent;

  constructor(@Inject(GatewayEnv) private readonly env: GatewayEnv) {
    if (env.TEE_MODE !== 'OFF') this.agent = new GuestAgent(env.TEE_SOCKET);
  }

  /** @throws FleetError TEE_NOT_AVAILABLE */
  demand(): void {
    this.present();
  }

  /** @throws FleetError TEE_NOT_AVAILABLE, UNAVAILABLE */
  async quote(nonce: string): Promise<JsonObject> {
    const { quote = null, event_log = null } = await this.present().quote(nonce.toLowerCase());
    return { mode: this.env.TEE_MODE, nonce: nonce.toLowerCase(), quote, eventLog: event_log, timestamp: Date.now() };
  }

  /** @throws FleetError TEE_NOT_AVAILABLE, UNAVAILABLE */
  async info(): Promise<JsonObject> {
    return { mode: this.env.TEE_MODE, ...(await this.present().info()) };
  }

  /**
   * The public side of a derived key: whoever has it can check that it comes from this app, nobody learns the key.
   *
   * @throws FleetError TEE_NOT_AVAILABLE, UNAVAILABLE
   */
  async key(path: string): Promise<JsonObject> {
    const purpose = 'attestation';
    const { key, signature_chain = [] } = await this.present().key(path, purpose);
    return { mode: this.env.TEE_MODE, path, purpose, publicKey: publicKeyOf(key), signatureChain: signature_chain };
  }

  private present(): GuestAgent {
    if (this.agent) return this.agent;
    throw new FleetError('TEE_NOT_AVAILABLE', 'This server does not run in a trusted execution environment (TEE_MODE)');
  }
}

function publicKeyOf(key: unknown): string {
  try {
    const pair = createECDH('secp256k1');
    pair.setPrivateKey(Buffer.from(String(key), 'hex'));
    return pair.getPublicKey('hex', 'compressed');
  } catch {
    throw new FleetError('UNAVAILABLE', 'The guest agent of the trusted environment gave no key');
  }
}
