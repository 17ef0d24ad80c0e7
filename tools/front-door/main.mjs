import { frontDoor } from './front-door.mjs';

const { FRONT_DOOR_PORT, FRONT_DOOR_HOST = '127.0.0.1', FRONT_DOOR_TARGETS = '' } = process.env;
const log = (level, msg) => process.stdout.write(`${JSON.stringify({ level, time: Date.now(), msg })}\n`);

const targets = FRONT_DOOR_TARGETS.split(',').filter(Boolean);
const server = frontDoor(targets);
const sockets = new Set();

server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
});
server.on('error', (error) => {
  log(60, error.message);
  process.exit(1);
});
server.listen(Number(FRONT_DOOR_PORT), FRONT_DOOR_HOST, () => {
  log(30, `listening on ${FRONT_DOOR_HOST}:${server.address().port} for ${targets.join(' ')}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    // the gateways stop at the same time: what is open now has nothing to wait for
    setTimeout(() => sockets.forEach((socket) => socket.destroy()), 1000).unref();
    server.closeIdleConnections();
  });
}
