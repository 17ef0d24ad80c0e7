import { createHash } from 'node:crypto';

const MOST = 10;

/**
 * Proves the promises on what was recorded and what is stored. Answers the faults by promise; a promise without one held.
 *
 * @param {object} record
 * @param {object[]} record.events of the history
 * @param {object} record.stored what Postgres and Redis hold after it
 * @param {Map<string, {tenant: string, mark: string, agent: string}>} record.channels
 * @param {Map<string, Map<string, Map<string, string>>>} record.views by client and channel: texts by message id
 * @returns {Record<string, string[]>}
 */
export function faultsOf(record) {
  const checks = {
    'I1 acknowledged is stored': acknowledgedIsStored,
    'I2 one message for a key': oneForAKey,
    'I3 seq is gap-free and heard ascending': inOrder,
    'I4 one end for each turn': oneEnd,
    'I5 only the last attempt wrote': onlyTheLastAttempt,
    'I6 pieces are of the reply': piecesAreOfTheReply,
    'I7 nothing crosses tenants': nothingCrosses,
    'I8 the ledger adds up': ledgerAddsUp,
    'I9 nothing is left over': nothingLeft,
    'I10 what clients show is what is stored': viewsAreFresh,
  };
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => {
      const faults = check(record);
      return [name, faults.length > MOST ? [...faults.slice(0, MOST), `and ${faults.length - MOST} more`] : faults];
    }),
  );
}

function acknowledgedIsStored({ events, stored }) {
  const byId = new Map(stored.messages.map((message) => [message.id, message]));
  const texts = new Map(events.filter(is('send')).map(({ key, text }) => [key, text]));
  return events.filter(is('ack')).flatMap(({ key, id, seq }) => {
    const message = byId.get(id);
    if (!message) return [`${key} was acknowledged as ${id}, which is not stored`];
    if (message.content !== texts.get(key)) return [`${key} is stored with another text`];
    return seq === undefined || seq === message.seq ? [] : [`${key} was acknowledged as ${seq} and is ${message.seq}`];
  });
}

function oneForAKey({ events, stored }) {
  const faults = [];
  const asked = groups(
    stored.messages.filter(({ key }) => key !== null),
    ({ channel, author, key }) => `${channel} ${author} ${key}`,
  );
  for (const [key, messages] of asked)
    if (messages.length > 1) faults.push(`${key} is stored ${messages.length} times`);
  for (const [key, acks] of groups(events.filter(is('ack')), (event) => event.key)) {
    if (new Set(acks.map(({ id }) => id)).size > 1) faults.push(`${key} was acknowledged as several messages`);
  }
  return faults;
}

function inOrder({ events, stored }) {
  const faults = [];
  for (const [channel, rows] of groups(stored.events, (event) => event.channel)) {
    const gap = rows.findIndex(({ seq }, index) => seq !== index + 1);
    if (gap >= 0) faults.push(`${channel} has ${rows[gap].seq} where ${gap + 1} belongs`);
  }
  const heard = events.filter((event) => is('broadcast')(event) || is('joined')(event));
  const lines = groups(heard, ({ who, connection, channel }) => `${who}, connection ${connection}, ${channel}`);
  for (const [line, ones] of lines) {
    let last;
    let joined;
    for (const { what, seq } of ones) {
      if (what === 'joined') {
        joined ??= seq;
        continue;
      }
      if (last !== undefined && seq <= last) faults.push(`${line}: heard ${seq} behind ${last}`);
      // before it has joined, it hears what it missed, which may begin anywhere
      else if (joined !== undefined && last !== undefined && last >= joined && seq > last + 1) {
        faults.push(`${line}: heard ${seq} behind ${last}`);
      } else if (joined !== undefined && last === undefined && seq > joined + 1) {
        faults.push(`${line}: heard ${seq} first, having joined at ${joined}`);
      }
      last = seq;
    }
  }
  return faults;
}

const ENDS = ['completed', 'failed', 'cancelled', 'discarded'];

function oneEnd({ stored, channels }) {
  const faults = [];
  const turns = groups(stored.turns, ({ messageId }) => messageId);
  const replies = groups(stored.messages.filter(isReply), ({ inReplyTo }) => inReplyTo);
  for (const message of stored.messages.filter((one) => !isReply(one))) {
    const own = turns.get(message.id) ?? [];
    const answers = replies.get(message.id) ?? [];
    const name = `"${message.content}"`;
    if (own.length !== 1) faults.push(`${name} has ${own.length} turns`);
    else if (!ENDS.includes(own[0].state)) faults.push(`${name} is ${own[0].state}`);
    else if (own[0].state === 'completed' && answers.length !== 1) faults.push(`${name} has ${answers.length} answers`);
    else if (own[0].state === 'failed' && answers.length > 1) faults.push(`${name} has ${answers.length} answers`);
    if (own[0] && own[0].agent !== channels.get(message.channel)?.agent) faults.push(`${name} was a stranger's turn`);
    if (answers[0] && own[0]?.state === 'completed' && answers[0].content !== `echo: ${message.content}`) {
      faults.push(`${name} has a strange answer`);
    }
  }
  const seqs = new Map(stored.messages.map(({ id, seq }) => [id, seq]));
  for (const [channel, rows] of groups(stored.messages.filter(isReply), (reply) => reply.channel)) {
    const order = rows.map(({ inReplyTo }) => seqs.get(inReplyTo) ?? 0);
    if (order.some((seq, index) => index > 0 && seq <= order[index - 1]))
      faults.push(`answers of ${channel} are mixed up`);
  }
  return faults;
}

function onlyTheLastAttempt({ stored }) {
  const turns = new Map(stored.turns.map((turn) => [turn.messageId, turn]));
  return stored.messages.filter(isReply).flatMap(({ id, inReplyTo }) => {
    const turn = turns.get(inReplyTo);
    if (!turn || turn.state !== 'completed') return [];
    const ordinals = [0, 1, 2, 3].map((ordinal) => derivedId(turn.id, `${turn.attempt}:${ordinal}`));
    return ordinals.includes(id) ? [] : [`${id} is not of attempt ${turn.attempt} of ${turn.id}`];
  });
}

function piecesAreOfTheReply({ events, stored }) {
  const replies = new Map(stored.messages.filter(isReply).map(({ id, content }) => [id, content]));
  const faults = [];
  const streams = groups(
    events.filter(is('chunk')),
    ({ who, connection, id }) => `${who}, connection ${connection}: ${id}`,
  );
  for (const [name, pieces] of streams) {
    const reply = replies.get(pieces[0].id);
    let text = '';
    let next = pieces[0].index;
    for (const { index, chunk } of pieces) {
      if (index < next) faults.push(`${name}: piece ${index} came again`);
      if (index !== next) break;
      text += chunk;
      next += 1;
    }
    if (reply === undefined) continue; // of an attempt that did not live to its end
    const fits = pieces[0].index === 0 ? reply.startsWith(text) : reply.includes(text);
    if (!fits) faults.push(`${name}: "${text}" is not of "${reply}"`);
  }
  return faults;
}

function nothingCrosses({ events, stored, channels }) {
  const faults = [];
  const marks = new Map([...channels.values()].map(({ tenant, mark }) => [tenant, mark]));
  for (const { tenant, content, id } of stored.messages) {
    if (!content.includes(marks.get(tenant))) faults.push(`${id} is stored with another tenant`);
  }
  for (const { who, channel, text } of events.filter(is('broadcast'))) {
    const own = channels.get(channel)?.mark;
    if (!own || !text.includes(own) || !who.includes(own)) faults.push(`${who} heard "${text}"`);
  }
  return faults;
}

function ledgerAddsUp({ stored }) {
  return stored.ledger.map(({ kind, counted, happened }) => `The ledger has ${counted} ${kind} of ${happened}`);
}

function nothingLeft({ stored }) {
  return [
    ...(stored.queued > 0 ? [`${stored.queued} jobs are queued`] : []),
    ...(stored.openTransactions > 0 ? [`${stored.openTransactions} transactions are open`] : []),
  ];
}

function viewsAreFresh({ stored, views }) {
  const faults = [];
  const fresh = groups(stored.messages, ({ channel }) => channel);
  for (const [who, channels] of views) {
    for (const [channel, shown] of channels) {
      const rows = fresh.get(channel) ?? [];
      const missing = rows.filter(({ id, content }) => shown.get(id) !== content);
      const extra = shown.size - (rows.length - missing.length);
      if (missing.length > 0)
        faults.push(
          `${who} misses ${missing.length} of ${rows.length} in ${channel}: seq ${missing
            .map(({ seq }) => seq)
            .slice(0, 5)
            .join(', ')}`,
        );
      if (extra > 0) faults.push(`${who} shows ${extra} too many in ${channel}`);
    }
  }
  return faults;
}

function is(what) {
  return (event) => event.what === what;
}

function isReply({ isReply: reply }) {
  return reply === true;
}

function groups(items, key) {
  const found = new Map();
  for (const item of items) {
    const name = key(item);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(item);
  }
  return found;
}

/** UUID version 5, as the id of a turn's reply is made of turn, attempt and ordinal. */
function derivedId(namespace, name) {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
