import { setTimeout as delay } from 'node:timers/promises';
import { mediaPath, newId, type JsonObject, type MediaPlace, type Uuid } from '@app/contracts';
import { FilePasses, type Logger } from '@app/platform';
import type { ModelFile } from '../models/model.js';
import { TurnFault, type TurnInput, type TurnOutcome, type TurnReply } from '../turns/engine.js';

/** How long the media-service may take for one file. */
const WITHIN_MS = 30_000;
const TRIES = 3;
const AGAIN_MS = 250;

/** Endings of what models make. The media-service looks at the bytes itself. */
const ENDINGS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
};

/** What the media-service answers. */
interface KeptFile extends MediaPlace {
  kind: string;
  type: string;
}

/** Where files go. */
export interface MadeFilesConfig {
  /** The media-service; without it files are left out. */
  url?: string;
  encryptionKey: string;
}

/** Hands the files that agents make to the media-service, and has replies show them. */
export class MadeFiles {
  private readonly passes: FilePasses;

  constructor(
    private readonly config: MadeFilesConfig,
    private readonly logger: Logger,
  ) {
    this.passes = new FilePasses(config.encryptionKey);
  }

  /**
   * The outcome with its files stored and shown by its replies. A file that is refused is left out; a reply that has
   * nothing else then fails.
   *
   * @throws TurnFault `world` when the media-service is away, `caller` when nothing is left of a reply
   */
  async kept(turn: TurnInput, outcome: TurnOutcome, signal: AbortSignal): Promise<TurnOutcome> {
    if (!outcome.replies.some(({ files }) => files?.length)) return outcome;
    const replies = await Promise.all(outcome.replies.map((reply) => this.shown(turn, reply, signal)));
    return { ...outcome, replies };
  }

  private async shown(turn: TurnInput, { files = [], ...reply }: TurnReply, signal: AbortSignal): Promise<TurnReply> {
    const made: JsonObject[] = [];
    for (const [index, file] of files.entries()) {
      const kept = await this.keep(turn, file, { name: nameOf(file, index), signal });
      if (kept) made.push(kept);
    }
    const attachments = [...(reply.attachments ?? []), ...made];
    if (attachments.length > 0) return { ...reply, attachments };
    if (reply.text.trim() === '') throw new TurnFault('caller', 'The agent made files that could not be kept.');
    return reply;
  }

  /** An attachment in ElizaOS's form; undefined when the file is not taken. */
  private async keep(
    turn: TurnInput,
    file: ModelFile,
    { name, signal }: { name: string; signal: AbortSignal },
  ): Promise<JsonObject | undefined> {
    const about = { tenantId: turn.tenantId, turnId: turn.turnId, agentId: turn.agent.id };
    if (this.config.url === undefined) {
      this.logger.warn(about, 'An agent made a file, and MEDIA_URL names nobody who keeps it');
      return undefined;
    }
    for (let tries = 1; ; tries++) {
      const answer = await this.send(`${this.config.url}/internal/generated`, turn, { file, name, signal });
      if (answer?.ok) {
        const kept = (await answer.json()) as KeptFile;
        return { id: newId(), url: mediaPath(kept), title: name, contentType: kept.kind, source: 'generated' };
      }
      if (answer && answer.status < 500) {
        this.logger.warn({ ...about, answer: (await answer.text()).slice(0, 500) }, 'A file of an agent was refused');
        return undefined;
      }
      await answer?.body?.cancel();
      if (tries >= TRIES) throw new TurnFault('world', 'The files of the answer could not be stored.');
      await delay(AGAIN_MS * tries, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Each try under a name of its own: what came of an earlier one is swept. */
  private async send(
    url: string,
    { tenantId, agent }: TurnInput,
    { file, name, signal }: { file: ModelFile; name: string; signal: AbortSignal },
  ): Promise<Response | undefined> {
    const pass = { tenantId, agentId: agent.id, file: fileName(file, newId()), type: file.type, name };
    try {
      return await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.passes.issue(pass)}`, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(file.bytes),
        signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
      });
    } catch (error) {
      if (signal.aborted) throw new TurnFault('cancelled', 'The turn was cancelled.');
      this.logger.debug({ err: error }, 'The media-service could not be reached');
      return undefined;
    }
  }
}

function nameOf(file: ModelFile, index: number): string {
  const [family = 'file'] = file.type.split('/');
  return `${family}-${index + 1}.${ENDINGS[file.type] ?? 'bin'}`;
}

function fileName(file: ModelFile, id: Uuid): string {
  return `${id}.${ENDINGS[file.type] ?? 'bin'}`;
}
