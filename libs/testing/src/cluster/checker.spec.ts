import { newId, type MessageStreamChunk, type Uuid } from '@app/contracts';
import { echo, faultsIn, type Run } from './checker.js';
import type { FleetClient, Heard, Sent } from './fleet-client.js';
import type { StoredRecord } from './stored-record.js';

const CHANNEL = newId();
const PERSON = newId();
const AGENT = newId();
const [FIRST, SECOND, FIRST_REPLY, SECOND_REPLY] = [newId(), newId(), newId(), newId()];

/** A short run without a fault, to be spoilt. */
class Story {
  readonly record: StoredRecord;
  readonly sent: Sent[];
  heard: Heard[] = [];

  constructor() {
    const asked = (id: Uuid, seq: number, content: string): StoredRecord['messages'][number] => ({
      ...{ id, seq, content, channelId: CHANNEL, authorId: PERSON, inReplyTo: null, clientMessageId: content },
    });
    const answered = (id: Uuid, seq: number, to: Uuid, text: string): StoredRecord['messages'][number] => ({
      ...{ id, seq, content: echo(text), channelId: CHANNEL, authorId: AGENT, inReplyTo: to, clientMessageId: null },
    });
    const messages = [
      asked(FIRST, 1, 'one'),
      asked(SECOND, 2, 'two'),
      answered(FIRST_REPLY, 3, FIRST, 'one'),
      answered(SECOND_REPLY, 4, SECOND, 'two'),
    ];
    const turn = (messageId: Uuid): StoredRecord['turns'][number] => ({
      ...{ id: newId(), channelId: CHANNEL, agentId: AGENT, messageId, state: 'completed', attempt: 1, worker: 'w' },
    });
    this.record = {
      messages,
      events: messages.map(({ id, seq }) => ({ channelId: CHANNEL, seq, kind: 'message', messageId: id })),
      turns: [turn(FIRST), turn(SECOND)],
    };
    const ack = (messageId: Uuid, seq: number): Sent['ack'] => ({
      ...{ messageId, seq, channelId: CHANNEL, roomId: CHANNEL, status: 'received_by_server_and_processing' as const },
    });
    const sent = { channelId: CHANNEL, authorId: PERSON, at: 0 };
    this.sent = [
      { ...sent, clientMessageId: 'one', text: 'one', ack: ack(FIRST, 1) },
      { ...sent, clientMessageId: 'two', text: 'two', ack: ack(SECOND, 2) },
    ];
    this.hear('channel_joined', { channelId: CHANNEL, seq: 0 });
    this.broadcast(1);
    this.broadcast(2);
    this.chunk(FIRST_REPLY, 0, echo('one').slice(0, 4));
    this.chunk(FIRST_REPLY, 1, echo('one').slice(4));
    this.broadcast(3);
    this.chunk(SECOND_REPLY, 0, echo('two'));
    this.broadcast(4);
  }

  broadcast(seq: number): void {
    const { id } = this.record.messages.find((message) => message.seq === seq)!;
    this.hear('messageBroadcast', { id, seq, channelId: CHANNEL });
  }

  chunk(messageId: Uuid, index: number, chunk: string): void {
    const payload: MessageStreamChunk = { messageId, index, chunk, agentId: AGENT, channelId: CHANNEL };
    this.hear('messageStreamChunk', payload);
  }

  hear(event: string, payload: object): void {
    this.heard.push({ event, payload, at: 0 } as Heard);
  }

  faults(calm = true): string[] {
    const all = (event: string): unknown[] =>
      this.heard.filter((one) => one.event === event).map(({ payload }) => payload);
    const client = { heard: this.heard, sent: this.sent, all } as unknown as FleetClient;
    const run = { channels: [CHANNEL], agents: [AGENT], senders: [client], listeners: [client], calm };
    return faultsIn(run as unknown as Run, this.record);
  }
}

it('finds nothing where nothing is wrong', () => {
  expect(new Story().faults()).toEqual([]);
});

const spoilt: [string, RegExp, (story: Story) => void][] = [
  [
    'an acknowledged message that is not stored',
    /acknowledged and is stored 0/,
    ({ record }) => record.messages.shift(),
  ],
  [
    'a message stored twice',
    /stored 2 times/,
    ({ record }) => record.messages.push({ ...record.messages[0]!, id: newId() }),
  ],
  ['an ack with another seq', /acknowledged as 7/, ({ sent }) => (sent[0]!.ack!.seq = 7)],
  ['a gap', /has 4 where 3 belongs/, ({ record }) => record.events.splice(2, 1)],
  ['a message without an event', /4 messages have 3 events/, ({ record }) => record.events.pop()],
  ['a missing answer', /"two" has 0 answers/, ({ record }) => record.messages.pop()],
  ['a second answer', /"one" has 2 answers/, ({ record }) => (record.messages[3]!.inReplyTo = FIRST)],
  ['another answer', /strange answer/, ({ record }) => (record.messages[2]!.content = 'something')],
  ['answers in the wrong order', /mixed up/, ({ record }) => swapAnswers(record)],
  ['a turn that is not done', /has turns: running/, ({ record }) => (record.turns[0]!.state = 'running')],
  ['two turns for one message', /completed,completed/, ({ record }) => record.turns.push(record.turns[0]!)],
  ['a second attempt', /several attempts/, ({ record }) => (record.turns[0]!.attempt = 2)],
  ['an event that was not heard', /heard nothing where 4 was due/, ({ heard }) => heard.pop()],
  ['an event heard twice', /heard 5 events of 4/, (story) => story.broadcast(4)],
  [
    'events heard in the wrong order',
    /heard 2 where 1 was due/,
    ({ heard }) => heard.splice(1, 2, heard[2]!, heard[1]!),
  ],
  [
    'a stream that says something else',
    /the stream said "nonsense"/,
    (story) => story.heard.splice(3, 2, chunkOf(story)),
  ],
  ['a piece behind its answer', /went on after its end/, ({ heard }) => heard.push(heard.splice(4, 1)[0]!)],
  [
    'a piece before its question',
    /began before its question/,
    ({ heard }) => heard.splice(1, 0, heard.splice(3, 1)[0]!),
  ],
  ['streams that are not whole', /1 of 2 streams are not whole/, ({ heard }) => heard.splice(4, 1)],
  ['a stream that never ends', /left without an end/, (story) => story.chunk(newId(), 0, 'lost')],
];

it.each(spoilt)('finds %s', (_, fault, spoil) => {
  const story = new Story();
  spoil(story);
  expect(story.faults().join('\n')).toMatch(fault);
});

it('allows several attempts and partial streams where processes were killed', () => {
  const story = new Story();
  story.record.turns[0]!.attempt = 2;
  story.heard.splice(4, 1);
  const abandoned = newId();
  story.chunk(abandoned, 0, 'echo');
  story.hear('messageDeleted', { messageId: abandoned, channelId: CHANNEL });
  expect(story.faults(false)).toEqual([]);
});

function chunkOf(story: Story): Heard {
  story.chunk(FIRST_REPLY, 0, 'nonsense');
  return story.heard.pop()!;
}

function swapAnswers({ messages }: StoredRecord): void {
  const [first, second] = [messages[2]!, messages[3]!];
  [first.inReplyTo, second.inReplyTo] = [second.inReplyTo, first.inReplyTo];
  [first.content, second.content] = [second.content, first.content];
}
