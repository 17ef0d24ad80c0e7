import { setTimeout as delay } from 'node:timers/promises';
import { newId, type Uuid } from '@app/contracts';
import { Database, MessagePath, type TenantScope } from '@app/persistence';
import { makeChannel, someMessage, tcpProxy, testDatabase, type TestDatabase } from '@app/testing';
import { Client } from 'pg';
import { inside, rightAfterAnyEnd } from './any-end.js';

let db: TestDatabase;
let tenant: Uuid;

beforeAll(async () => {
  db = await testDatabase();
  tenant = await db.tenant();
});
afterAll(() => db.close());

async function insertAgent(scope: TenantScope, id: Uuid): Promise<void> {
  await scope.agents.insert({ id, name: 'Ada', character: { name: 'Ada' }, engine: 'native' });
}

async function exists(id: Uuid): Promise<boolean> {
  return (await db.asSuperuser('select from agents where id = $1', [id])).length === 1;
}

const pid = async (scope: TenantScope): Promise<number> =>
  (await inside<{ pid: number }>(scope, 'select pg_backend_pid() as pid'))[0]!.pid;

describe('what waits for the commit', () => {
  it('runs once, in order, after it, and the caller waits', async () => {
    const id = newId();
    const order: string[] = [];
    await db.database.inTenant(tenant, async (scope) => {
      scope.afterCommit(async () => {
        order.push(`first, stored: ${await exists(id)}`);
      });
      scope.afterCommit(() => void order.push('second'));
      await insertAgent(scope, id);
      order.push(`work, stored: ${await exists(id)}`);
    });
    expect(order).toEqual(['work, stored: false', 'first, stored: true', 'second']);
  });

  it('never runs when the work fails', async () => {
    const id = newId();
    let ran = false;
    const work = db.database.inTenant(tenant, async (scope) => {
      scope.afterCommit(() => void (ran = true));
      await insertAgent(scope, id);
      throw new Error('No');
    });
    await expect(work).rejects.toThrow('No');
    expect([ran, await exists(id)]).toEqual([false, false]);
  });

  it('never runs when a statement failed that nobody looked at: the commit is an error', async () => {
    const id = newId();
    let ran = false;
    const work = db.database.inTenant(tenant, async (scope) => {
      scope.afterCommit(() => void (ran = true));
      await insertAgent(scope, id);
      await scope.agentSecrets.put(newId(), [{ name: 'K', keyId: 'k', ciphertext: Buffer.from('x') }]).catch(() => 0);
    });
    await expect(work).rejects.toThrow('The transaction was rolled back: one of its statements had failed');
    expect([ran, await exists(id)]).toEqual([false, false]);
  });

  it('runs once when Postgres had the transaction run again', async () => {
    const id = newId();
    let tries = 0;
    let ran = 0;
    await db.database.inTenant(tenant, async (scope) => {
      scope.afterCommit(() => void ran++);
      await insertAgent(scope, id);
      if (++tries < 3) await inside(scope, `do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });
    expect([tries, ran, await exists(id)]).toEqual([3, 1, true]);
  });

  it('gives up after three tries', async () => {
    let tries = 0;
    const work = db.database.inTenant(tenant, async (scope) => {
      tries++;
      await inside(scope, `do $$ begin raise exception 'again' using errcode = '40P01'; end $$`);
    });
    await expect(work).rejects.toThrow('again');
    expect(tries).toBe(3);
  });
});

it('refuses what is no tenant before it asks Postgres', async () => {
  for (const wrong of ['', 'x', `${tenant}' or true`]) {
    await expect(db.database.inTenant(wrong, async () => undefined)).rejects.toThrow('A tenant is needed');
  }
});

it('leaves no tenant on its connection: after 1,000 transactions with all kinds of ends the next is right', async () => {
  const database = await Database.open({ ...db.config, poolSize: 4 });
  expect(await rightAfterAnyEnd(db, database)).toBe(1_000);
  await database.close();
});

describe('when a backend is killed', () => {
  let superuser: Client;
  beforeAll(async () => {
    superuser = new Client({ connectionString: db.adminUrl });
    await superuser.connect();
  });
  afterAll(() => superuser.end());
  const kill = async (id: number): Promise<void> => {
    await superuser.query('select pg_terminate_backend($1, 5000)', [id]);
  };
  const healthy = async (): Promise<void> => {
    const tries = Array.from({ length: 20 }, () =>
      db.database.inTenant(tenant, (scope) => scope.agents.countEnabled()),
    );
    await expect(Promise.all(tries)).resolves.toHaveLength(20);
  };

  it('in the middle of a transaction, the caller hears of it, nothing is half written and the pool goes on', async () => {
    const id = newId();
    let ran = false;
    const work = db.database.inTenant(tenant, async (scope) => {
      scope.afterCommit(() => void (ran = true));
      await insertAgent(scope, id);
      await kill(await pid(scope));
      await insertAgent(scope, newId());
    });
    await expect(work).rejects.toThrow();
    expect([ran, await exists(id)]).toEqual([false, false]);
    await healthy();
  });

  it('between the last statement and the commit, the same', async () => {
    const id = newId();
    const work = db.database.inTenant(tenant, async (scope) => {
      await insertAgent(scope, id);
      await kill(await pid(scope));
    });
    await expect(work).rejects.toThrow();
    expect(await exists(id)).toBe(false);
    await healthy();
  });

  it('while a message waits for its channel, nothing of the message stays and its place is not lost', async () => {
    const channelId = await makeChannel(db.database, tenant);
    const messages = new MessagePath(db.database, 10);
    await superuser.query('begin');
    await superuser.query('select from channel_heads where channel_id = $1 for update', [channelId]);
    const accepting = messages.accept(tenant, someMessage(channelId)).catch((error: Error) => error);
    let waiting: { pid: number }[] = [];
    while (waiting.length === 0) {
      const found = await superuser.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      waiting = found.rows;
    }
    await kill(waiting[0]!.pid);
    await superuser.query('rollback');
    expect(await accepting).toBeInstanceOf(Error);
    expect(await messages.accept(tenant, someMessage(channelId))).toMatchObject({ outcome: 'accepted', seq: 1 });
    await healthy();
  });

  it('while it idles in the pool, nobody notices', async () => {
    await healthy();
    await superuser.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and usename = 'eliza_app'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await healthy();
  });

  it('while somebody looks across tenants, he hears of it and the process goes on', async () => {
    const address = new URL(db.config.url);
    const proxy = await tcpProxy(Number(address.port));
    address.port = String(proxy.port);
    const database = await Database.open({ ...db.config, url: address.toString() });
    const looks = Array.from({ length: 3 }, () => database.acrossTenants('select pg_sleep(5)'));
    const ends = Promise.allSettled(looks);
    await delay(200);
    proxy.unblock(); // closes what is open
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await database.acrossTenants('select 1 as one')).toEqual([{ one: 1 }]);
    await database.close();
    await proxy.close();
  });

  it('because a transaction was left open too long, the same as in its middle', async () => {
    const id = newId();
    const work = db.database.inTenant(tenant, async (scope) => {
      await inside(scope, 'set local idle_in_transaction_session_timeout = 50');
      await insertAgent(scope, id);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    await expect(work).rejects.toThrow();
    expect(await exists(id)).toBe(false);
    await healthy();
  });
});

it('bounds every statement, every wait for a lock and every open transaction', async () => {
  const [limits] = await db.database.oneInTenant({
    name: 'limits',
    text: `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
                  current_setting('idle_in_transaction_session_timeout') as idle from fence`,
    values: [tenant],
  });
  expect(limits).toEqual({ statement: '15s', lock: '3s', idle: '5s' });
});
