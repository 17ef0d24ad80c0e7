import { createHash, randomUUID } from 'node:crypto';
import { faultsOf } from './checker.mjs';

const MARK = '[tenant 1]';
const WHO = `${MARK} listener 1`;
const CHANNEL = 'channel';
const AGENT = 'agent';

/** A short run without a fault, to be spoilt: two questions with their answers, heard by one listener. */
function story() {
  const turns = [turn('one', 1), turn('two', 2)];
  const messages = [
    message({ id: 'one', seq: 1, key: 'key-1', content: `${MARK} first` }),
    message({ id: 'two', seq: 2, key: 'key-2', content: `${MARK} second` }),
    message({ id: replyId(turns[0]), seq: 3, inReplyTo: 'one', content: `echo: ${MARK} first`, isReply: true }),
    message({ id: replyId(turns[1]), seq: 4, inReplyTo: 'two', content: `echo: ${MARK} second`, isReply: true }),
  ];
  const heard = (what, more) => ({ who: WHO, connection: 1, channel: CHANNEL, what, ...more });
  const [first, second] = messages.slice(2).map(({ id }) => id);
  const events = [
    heard('send', { key: 'key-1', text: `${MARK} first` }),
    heard('ack', { key: 'key-1', id: 'one', seq: 1 }),
    heard('send', { key: 'key-2', text: `${MARK} second` }),
    heard('ack', { key: 'key-2', id: 'two', seq: 2 }),
    heard('joined', { seq: 0 }),
    ...messages.slice(0, 2).map(({ id, seq, content }) => heard('broadcast', { id, seq, text: content })),
    heard('chunk', { id: first, index: 0, chunk: 'echo: ' }),
    heard('chunk', { id: first, index: 1, chunk: `${MARK} first` }),
    heard('broadcast', { id: first, seq: 3, text: messages[2].content }),
    heard('chunk', { id: second, index: 0, chunk: 'echo' }),
    heard('broadcast', { id: second, seq: 4, text: messages[3].content }),
  ];
  const stored = {
    messages,
    turns,
    events: messages.map(({ id, seq }) => ({ channel: CHANNEL, seq, id })),
    ledger: [],
    queued: 0,
    openTransactions: 0,
  };
  const shown = new Map(messages.map(({ id, content }) => [id, content]));
  return {
    events,
    stored,
    channels: new Map([[CHANNEL, { tenant: 'tenant', mark: MARK, agent: AGENT }]]),
    views: new Map([[WHO, new Map([[CHANNEL, shown]])]]),
    heard,
    shown,
  };
}

function message({ inReplyTo = null, key = null, isReply = false, ...more }) {
  const author = isReply ? AGENT : 'person';
  return { tenant: 'tenant', channel: CHANNEL, author, inReplyTo, key, isReply, ...more };
}

function turn(messageId, attempt) {
  return { id: randomUUID(), channel: CHANNEL, agent: AGENT, messageId, state: 'completed', attempt };
}

function replyId({ id, attempt }) {
  const hash = createHash('sha1')
    .update(Buffer.from(id.replaceAll('-', ''), 'hex'))
    .update(`${attempt}:0`)
    .digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** All faults, under the short names of their promises. */
function found(record) {
  const faults = Object.entries(faultsOf(record)).flatMap(([name, list]) =>
    list.map((one) => `${name.split(' ')[0]} ${one}`),
  );
  return faults.join('\n');
}

test('finds nothing where nothing is wrong', () => {
  expect(found(story())).toBe('');
});

const spoilt = [
  [
    'an acknowledged message that is not stored',
    /^I1 key-1 was acknowledged/m,
    ({ stored }) => stored.messages.shift(),
  ],
  ['a message with another text', /^I1 .*another text/m, ({ stored }) => (stored.messages[0].content = `${MARK} else`)],
  ['a key stored twice', /^I2 .*stored 2 times/m, ({ stored }) => (stored.messages[1].key = 'key-1')],
  ['a key acknowledged as two', /^I2 key-1/m, ({ events }) => (events[3].key = 'key-1')],
  ['a gap', /^I3 channel has 3 where 2 belongs/m, ({ stored }) => stored.events.splice(1, 1)],
  ['an event that was not heard', /^I3 .*heard 3 behind 1/m, ({ events }) => events.splice(6, 1)],
  ['an event heard twice', /^I3 .*heard 2 behind 2/m, ({ events }) => events.splice(7, 0, events[6])],
  ['a turn that is not done', /^I4 .*is running/m, ({ stored }) => (stored.turns[0].state = 'running')],
  ['a message without a turn', /^I4 .*has 0 turns/m, ({ stored }) => stored.turns.shift()],
  ['a second answer', /^I4 .*has 2 answers/m, ({ stored }) => (stored.messages[3].inReplyTo = 'one')],
  ['a strange answer', /^I4 .*strange answer/m, ({ stored }) => (stored.messages[2].content = `${MARK} no`)],
  ['an answer of an earlier attempt', /^I5 /m, ({ stored }) => (stored.turns[1].attempt = 3)],
  ['pieces of something else', /^I6 .*is not of/m, ({ events }) => (events[8].chunk = 'nonsense')],
  ['a piece that came again', /^I6 .*came again/m, ({ events }) => events.splice(9, 0, events[8])],
  ['a message of another tenant', /^I7 .*heard/m, ({ events }) => (events[6].text = '[tenant 2] second')],
  ['a wrong ledger', /^I8 /m, ({ stored }) => stored.ledger.push({ kind: 'messages', counted: 1, happened: 2 })],
  ['a job that is left', /^I9 /m, ({ stored }) => (stored.queued = 1)],
  ['a client that misses something', /^I10 .*misses 1 of 4/m, ({ shown }) => shown.delete('two')],
  ['a client that shows too much', /^I10 .*too many/m, ({ shown }) => shown.set('three', 'of nobody')],
];

test.each(spoilt)('finds %s', (_, fault, spoil) => {
  const record = story();
  spoil(record);
  expect(found(record)).toMatch(fault);
});

test('a client that reconnects may hear again what another connection heard', () => {
  const record = story();
  const last = record.stored.messages[3];
  record.events.push(
    { ...record.heard('broadcast', { id: last.id, seq: 4, text: last.content }), connection: 2 },
    { ...record.heard('joined', { seq: 4 }), connection: 2 },
  );
  expect(found(record)).toBe('');
});
