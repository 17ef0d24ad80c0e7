import { createECDH } from 'node:crypto';
import { FleetError, type TeeInfo, type TeeKey, type TeeQuote } from '@app/contracts';
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
  async quote(nonce: string): Promise<TeeQuote> {
    const { quote, event_log } = await this.present().quote(nonce.toLowerCase());
    return {
      mode: this.env.TEE_MODE,
      nonce: nonce.toLowerCase(),
      quote: textIn(quote),
      eventLog: textIn(event_log),
      timestamp: Date.now(),
    };
  }

  /** @throws FleetError TEE_NOT_AVAILABLE, UNAVAILABLE */
  async info(): Promise<TeeInfo> {
    return { mode: this.env.TEE_MODE, ...(await this.present().info()) };
  }

  /**
   * The public side of a derived key: whoever has it can check that it comes from this app, nobody learns the key.
   *
   * @throws FleetError TEE_NOT_AVAILABLE, UNAVAILABLE
   */
  async key(path: string): Promise<TeeKey> {
    const purpose = 'attestation';
    const { key, signature_chain: chain } = await this.present().key(path, purpose);
    const signatureChain = Array.isArray(chain) ? chain.filter((link) => typeof link === 'string') : [];
    return { mode: this.env.TEE_MODE, path, purpose, publicKey: publicKeyOf(key), signatureChain };
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

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
