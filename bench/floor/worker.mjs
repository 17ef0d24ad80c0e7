import { randomUUID } from 'node:crypto';
import { Server } from 'socket.io';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import Redis from 'ioredis';
import { Worker } from 'bullmq';
import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
const AGENT = '11111111-1111-1111-1111-111111111111';
const io = new Server({
  adapter: createShardedAdapter(new Redis(process.env.REDIS_URL), new Redis(process.env.REDIS_URL)),
});
const CHUNKS = Number(process.env.CHUNKS ?? 20),
  DELAY = Number(process.env.DELAY_MS ?? 0);
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const CLAIM = {
  name: 'claim',
  text: `update turns set status='running',attempt=attempt+1,lease=now()+interval '30s' where id=$1 and status='queued' returning attempt`,
};
const CONTEXT = {
  name: 'context',
  text: 'select author,text,seq from messages where channel_id=$1 order by seq desc limit 20',
};
const SETTLE = {
  name: 'settle',
  text: `with t as (update turns set status='completed' where id=$1 and attempt=$2 and status='running' returning channel_id), c as (update channels set last_seq=last_seq+1 where id=(select channel_id from t) returning id,last_seq)
 insert into messages(id,channel_id,seq,author,text) select $3,id,last_seq,$4,$5 from c returning seq`,
};
new Worker(
  'turns',
  async ({ data: d }) => {
    const a = await pool.query({ ...CLAIM, values: [d.turn] });
    if (!a.rowCount) return;
    await pool.query({ ...CONTEXT, values: [d.channel] });
    const id = randomUUID();
    let text = '';
    const room = io.to(d.channel);
    for (let i = 0; i < CHUNKS; i++) {
      if (DELAY) await sleep(DELAY / CHUNKS);
      const chunk = `word${i} `;
      text += chunk;
      room.emit('messageStreamChunk', { messageId: id, chunk, index: i, channelId: d.channel, agentId: AGENT });
    }
    const r = await pool.query({ ...SETTLE, values: [d.turn, a.rows[0].attempt, id, AGENT, text || 'ok'] });
    room.emit('messageBroadcast', {
      id,
      senderId: AGENT,
      senderName: 'Floor',
      text,
      channelId: d.channel,
      roomId: d.channel,
      createdAt: Date.now(),
      source: 'agent_response',
      seq: Number(r.rows[0].seq),
    });
    room.emit('messageComplete', { channelId: d.channel, roomId: d.channel });
  },
  { connection: new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null }), concurrency: 50 },
);
console.log('ready');
