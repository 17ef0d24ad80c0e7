import {
  TurnFault,
  type AgentEngine,
  type AgentSpec,
  type EngineProblem,
  type TurnHost,
  type TurnInput,
  type TurnOutcome,
} from '../../turns/engine.js';
import type { ModelFile } from '../../models/model.js';
import { unknownPlugins } from './known-plugins.js';
import { promptFor } from './prompt.js';
import { ReplyText } from './reply-text.js';

const LONGEST_REPLY = 200_000;
const MOST_FILES = 8;

/** Answers with one streamed model call made of the character and the channel's recent messages. */
export class NativeEngine implements AgentEngine {
  readonly name = 'native';

  constructor(private readonly now: () => Date = () => new Date()) {}

  inspect({ character }: AgentSpec): EngineProblem[] {
    return unknownPlugins(character.plugins).map((plugin) => ({
      code: 'UNKNOWN_PLUGIN',
      message: `The native engine cannot run the plugin "${plugin}".`,
    }));
  }

  async run(turn: TurnInput, host: TurnHost): Promise<TurnOutcome> {
    const reply = new ReplyText(`${turn.agent.character.name}:`);
    const show = (text: string) => {
      if (text !== '') host.emit({ kind: 'chunk', ordinal: 0, text });
    };
    const files: ModelFile[] = [];
    for await (const part of host.model.stream(promptFor(turn, this.now()))) {
      stopIfCancelled(host);
      if (part.kind === 'text') show(reply.add(part.text));
      if (part.kind === 'file' && files.length < MOST_FILES) files.push(part.file);
      if (reply.text.length > LONGEST_REPLY) throw new TurnFault('caller', 'The answer is too long. Set maxTokens.');
    }
    stopIfCancelled(host);
    show(reply.finish());
    if (reply.text === '' && files.length === 0) throw new TurnFault('world', 'The model gave an empty answer.');
    const made = files.length > 0 ? { files } : {};
    return { status: 'answered', replies: [{ ordinal: 0, text: reply.text, ...made }], usage: { ...host.model.usage } };
  }

  forget(): void {
    // Nothing is kept between turns.
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}

function stopIfCancelled({ signal }: TurnHost): void {
  if (signal.aborted) throw new TurnFault('cancelled', 'The turn was cancelled.');
}
