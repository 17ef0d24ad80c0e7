import path from 'node:path';
import pg from 'pg';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';

// For stores.spec.mjs: a launcher that starts two stores and waits to be killed.
const [directory, password] = process.argv.slice(2);
const [postgres, redis] = await Promise.all([
  startPostgres({ directory: path.join(directory, 'postgres'), password }),
  startRedis({ directory: path.join(directory, 'redis') }),
]);
const client = new pg.Client({ connectionString: postgres.url() });
await client.connect();
await client.query('create table kept as select 42 as answer');
await client.end();
process.send({ postgres: postgres.pid, redis: redis.pid });
