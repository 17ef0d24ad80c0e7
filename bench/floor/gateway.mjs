// The floor: least work for the same durable promise, speaking just enough of the surface for the drivers.
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { Server } from 'socket.io';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import Redis from 'ioredis';
import { Queue } from 'bullmq';
import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
const AGENT = '11111111-1111-1111-1111-111111111111';
const NIL = '00000000-0000-0000-0000-000000000000';
const queue = new Queue('turns', { connection: new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null }) });
const json = (res, s, b) => {
  const d = JSON.stringify(b);
  res.writeHead(s, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(d) });
  res.end(d);
};
const server = http.createServer(async (req, res) => {
  const p = req.url.split('?')[0];
  let body = '';
  for await (const c of req) body += c;
  if (p === '/api/agents')
    return json(res, 200, { success: true, data: { agents: [{ id: AGENT, name: 'Floor', status: 'active' }] } });
  if (p.endsWith('message-server/current')) return json(res, 200, { success: true, data: { messageServerId: NIL } });
  if (p === '/api/messaging/channels') {
    const b = JSON.parse(body);
    const id = randomUUID();
    await pool.query('insert into channels(id,agent,name) values($1,$2,$3)', [
      id,
      b.participantCentralUserIds.includes(AGENT) ? AGENT : null,
      b.name,
    ]);
    return json(res, 201, { success: true, data: { id, name: b.name } });
  }
  json(res, 404, {});
});
const io = new Server(server, {
  adapter: createShardedAdapter(new Redis(process.env.REDIS_URL), new Redis(process.env.REDIS_URL)),
  perMessageDeflate: false,
});
const ACCEPT = {
  name: 'accept',
  text: `with c as (update channels set last_seq=last_seq+1 where id=$1 returning id,last_seq,agent),
 m as (insert into messages(id,channel_id,seq,author,text,client_id) select $2,id,last_seq,$3,$4,$5 from c returning seq),
 t as (insert into turns(id,channel_id,agent,message_id) select $6,id,agent,$2 from c where agent is not null and agent<>$3 returning id) select seq,(select id from t) as turn from m`,
};
io.on('connection', (s) => {
  s.on('message', async ({ type, payload: p }) => {
    if (type === 1) {
      await s.join(p.channelId);
      s.emit('channel_joined', { channelId: p.channelId, roomId: p.channelId });
      return;
    }
    const id = randomUUID(),
      turn = randomUUID();
    const r = await pool.query({ ...ACCEPT, values: [p.channelId, id, p.senderId, p.message, p.messageId, turn] });
    const m = {
      id,
      senderId: p.senderId,
      senderName: p.senderName,
      text: p.message,
      channelId: p.channelId,
      roomId: p.channelId,
      createdAt: Date.now(),
      source: p.source,
      seq: Number(r.rows[0].seq),
    };
    s.to(p.channelId).emit('messageBroadcast', m);
    s.emit('messageBroadcast', { ...m, clientMessageId: p.messageId });
    s.emit('messageAck', { clientMessageId: p.messageId, messageId: id, channelId: p.channelId });
    if (r.rows[0].turn)
      await queue.add(
        'turn',
        { turn, channel: p.channelId, text: p.message },
        { jobId: `t-${turn}`, removeOnComplete: true, removeOnFail: true },
      );
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
