import { newId, replyId, type Uuid } from '@app/contracts';
import { holdsLease, isFinal, isStopping, type Release } from '@app/persistence';
import { makeAgent, makeChannel, someMessage } from '@app/testing';
import {
  expectedRevival,
  expectHistory,
  expectReleases,
  expectStanding,
  expectStopped,
  releasesOf,
} from './expected-of-turns.js';
import { brokenOrder, turnRows, type TurnRow } from './lanes-invariants.js';
import { LanesModel, type ModelTurn } from './lanes-model.js';
import type { PostgresSide } from './postgres-side.js';
import { NAMES, names, type Step } from './turn-steps.js';

export const SHARE = 2;
export const MAX_DEPTH = 2;
const MAX_ATTEMPTS = 3;

/** A tenant with two agents and three channels, in Postgres and in the model, which do everything together. */
export class BothWorlds {
  readonly model = new LanesModel(SHARE);
  private readonly channels: { id: Uuid; direct: boolean; members: Set<Uuid>; seq: number }[] = [];
  private readonly said: { id: Uuid; channelId: Uuid; authorId: Uuid; seq: number; clientId: string; gone: boolean }[] =
    [];
  private readonly enabled = new Set<Uuid>();
  private rows: TurnRow[] = [];

  private constructor(
    private readonly pg: PostgresSide,
    private readonly tenant: Uuid,
    private readonly agents: Uuid[],
  ) {}

  static async make(pg: PostgresSide): Promise<BothWorlds> {
    const tenant = await pg.db.tenant();
    const agents = [await makeAgent(pg.db.database, tenant, 'Ada'), await makeAgent(pg.db.database, tenant, 'Bob')];
    const worlds = new BothWorlds(pg, tenant, agents);
    agents.forEach((agent) => worlds.enabled.add(agent));
    for (const [type, members] of [
      ['DM', agents],
      ['GROUP', agents],
      ['DM', agents.slice(0, 1)],
    ] as const) {
      const id = await makeChannel(pg.db.database, tenant, { type, participants: [...members] });
      worlds.channels.push({ id, direct: type === 'DM', members: new Set(members), seq: 0 });
    }
    return worlds;
  }

  /** Does a step in both worlds and compares them. */
  async take(it: Step): Promise<void> {
    await this.act(it);
    await this.compare();
  }

  /** Starts everybody, and lets workers finish whatever is left. */
  async finish(): Promise<void> {
    for (let round = 0; this.model.turns.some((it) => !isFinal(it.turn.state)); round++) {
      if (round > 200) throw new Error('The backlog does not drain');
      await this.take({ kind: 'sweep' });
      await this.take({ kind: 'claim', pick: 0, sane: true });
      await this.take({ kind: 'settle', pick: 0, sane: true, older: 1, result: 'completed', calls: 0 });
    }
    expect(await brokenOrder(this.pg.superuser, this.tenant)).toEqual([]);
  }

  private async act(it: Step): Promise<void> {
    switch (it.kind) {
      case 'accept':
        return this.accept(this.channels[it.channel]!, names(it.calls));
      case 'repeat':
        return this.repeat(it.pick);
      case 'claim':
        return this.claim(this.choose(it.pick, it.sane ? 'released' : undefined));
      case 'settle':
        return this.settle(this.choose(it.pick, it.sane ? 'running' : undefined), it);
      case 'renew':
        return this.renew(this.choose(it.pick, 'running'), it.older);
      case 'lease ends':
        return this.endLease(this.choose(it.pick, 'running'));
      case 'sweep':
        return this.sweep();
      case 'release':
        return this.released(await this.pg.path.release(this.tenant));
      case 'release again':
        return this.releaseAgain();
      case 'revive':
        return this.revive(this.choose(it.pick, it.sane ? 'failed' : undefined));
      case 'discard':
        return this.discard(this.choose(it.pick, undefined));
      case 'stop':
        return this.stop(it.pick, this.agents[it.agent]);
      case 'delete message':
        return this.deleteMessage(it.pick);
      case 'clear':
        return this.clear(this.channels[it.channel]!);
      case 'stop or start':
        return this.stopOrStart(this.agents[it.agent]!);
      case 'leave or join':
        return this.leaveOrJoin(this.channels[it.channel]!, this.agents[it.agent]!);
    }
  }

  private async accept(channel: BothWorlds['channels'][number], calls: string[]): Promise<void> {
    const clientId = newId();
    const message = someMessage(channel.id, {
      content: `x ${calls.join(' ')}`,
      clientMessageId: clientId,
      contentHash: 'h',
    });
    const answer = await this.pg.messages.accept(this.tenant, message);
    channel.seq++;
    expect(answer).toMatchObject({ outcome: 'accepted', id: message.id, seq: channel.seq });
    this.said.push({ ...message, seq: channel.seq, clientId, gone: false });
    this.owe(channel, message, 0, calls);
    await this.released(releasesOf(answer));
  }

  private async repeat(pick: number): Promise<void> {
    const known = this.said.filter((message) => !message.gone && message.clientId !== '');
    const one = known[pick % known.length];
    if (!one) return;
    const again = someMessage(one.channelId, {
      authorId: one.authorId,
      clientMessageId: one.clientId,
      contentHash: 'h',
    });
    const answer = await this.pg.messages.accept(this.tenant, again);
    expect(answer).toMatchObject({ outcome: 'duplicate', id: one.id, seq: one.seq, releases: [] });
    const other = await this.pg.messages.accept(this.tenant, { ...again, contentHash: 'other' });
    expect(other).toMatchObject({ outcome: 'conflict', id: one.id, releases: [] });
  }

  private async claim(it: ModelTurn | undefined): Promise<void> {
    if (!it) return;
    const claimed = await this.pg.path.claim(this.tenant, this.idOf(it));
    const applied = this.model.apply(it, { kind: 'claim' });
    expect(claimed?.attempt).toBe(applied ? it.turn.attempt : undefined);
    if (claimed) expectHistory(claimed, it);
  }

  private async settle(it: ModelTurn | undefined, how: Step & { kind: 'settle' }): Promise<void> {
    if (!it) return;
    const turnId = this.idOf(it);
    // Now and then an attempt that has long been overtaken comes back.
    const attempt = how.older === 0 ? it.turn.attempt - 1 : it.turn.attempt;
    const calls = names(how.calls);
    const reply = { id: replyId(turnId, attempt, 0), content: `y ${calls.join(' ')}`, metadata: {} };
    const replies = how.result === 'completed' || how.result === 'cancelled' ? [reply] : [];
    const usage = { inputTokens: 1, outputTokens: 1 };
    const held = { tenantId: this.tenant, turnId, attempt };
    const settled = await this.pg.path.settle(held, { result: how.result, replies, usage });
    const holds = holdsLease(it.turn, attempt);
    const ends = how.result === 'retry' && isStopping(it.turn) ? 'cancelled' : 'settled';
    expect(settled.outcome).toBe(holds ? ends : 'lost');
    if (!holds || settled.outcome === 'lost') return;
    const channel = this.channels.find((one) => one.id === it.channelId)!;
    for (const { id } of replies) {
      channel.seq++;
      this.said.push({ id, channelId: channel.id, authorId: it.agentId, seq: channel.seq, clientId: '', gone: false });
      if (how.result === 'completed' && it.depth < MAX_DEPTH)
        this.owe(channel, { id, authorId: it.agentId }, it.depth + 1, calls);
    }
    const stored = settled.outcome === 'settled' ? settled.replies.map(({ seq }) => seq) : [];
    expect(stored).toEqual(replies.map(() => channel.seq));
    this.model.apply(it, { kind: 'settle', attempt, result: how.result });
    await this.released(settled.releases);
  }

  private async renew(it: ModelTurn | undefined, older: number): Promise<void> {
    if (!it) return;
    const turnId = this.idOf(it);
    const attempt = older === 0 ? it.turn.attempt - 1 : it.turn.attempt;
    const answer = await this.pg.path.renew([{ tenantId: this.tenant, turnId, attempt }]);
    expect(answer.get(turnId)).toBe(
      !holdsLease(it.turn, attempt) ? 'lost' : isStopping(it.turn) ? 'stopping' : 'running',
    );
  }

  private async endLease(it: ModelTurn | undefined): Promise<void> {
    if (!it) return;
    await this.pg.superuser.query(`update turns set lease_until = clock_timestamp() - interval '1 ms' where id = $1`, [
      this.idOf(it),
    ]);
    this.model.apply(it, { kind: 'lease ends' });
  }

  private async sweep(): Promise<void> {
    const found = (await this.pg.dispatch.leasesOver()).filter((turn) => turn.tenantId === this.tenant);
    const over = this.model.turns.filter((it) => it.turn.state === 'running' && it.turn.leaseOver);
    expect(found.map((turn) => turn.turnId).sort()).toEqual(over.map((it) => this.idOf(it)).sort());
    // Two sweeps at once find the same turns; the second has nothing left to do.
    const ids = found.map((turn) => turn.turnId);
    const [first, second] = await Promise.all([
      this.pg.dispatch.recover(this.tenant, ids, MAX_ATTEMPTS),
      this.pg.dispatch.recover(this.tenant, ids, MAX_ATTEMPTS),
    ]);
    for (const it of over) this.model.apply(it, { kind: 'recover', maxAttempts: MAX_ATTEMPTS });
    const recovered = [...first, ...second].map(({ turnId, state }) => `${turnId} ${state}`).sort();
    expect(recovered).toEqual(over.map((it) => `${this.idOf(it)} ${it.turn.state}`).sort());
    await this.released(await this.pg.path.release(this.tenant));
  }

  private async releaseAgain(): Promise<void> {
    const found = (await this.pg.dispatch.unclaimed(0)).filter((turn) => turn.tenantId === this.tenant);
    const waiting = this.model.turns.filter((it) => it.turn.state === 'released');
    const ids = waiting.map((it) => this.idOf(it)).sort();
    expect(found.map((turn) => turn.turnId).sort()).toEqual(ids);
    expect(await this.pg.dispatch.releaseAgain(this.tenant, ids, 60_000)).toEqual([]);
    const again = await this.pg.dispatch.releaseAgain(this.tenant, ids, 0);
    waiting.forEach((it) => it.releaseNo++);
    expect(again.map((release) => release.turnId).sort()).toEqual(ids);
  }

  /** Two operators at once: one of them has it tried anew. */
  private async revive(it: ModelTurn | undefined): Promise<void> {
    if (!it) return;
    const turnId = this.idOf(it);
    const expected = expectedRevival(it, {
      isGone: this.said.find(({ id }) => id === it.messageId)!.gone,
      isEnabled: this.enabled.has(it.agentId),
      isMember: this.channels.find(({ id }) => id === it.channelId)!.members.has(it.agentId),
    });
    const revive = () => this.pg.db.database.inTenant(this.tenant, (scope) => scope.queue.revive(turnId));
    const outcomes = await Promise.all([revive(), revive()]);
    const other = expected === 'revived' ? 'not_dead' : expected;
    expect(outcomes.sort()).toEqual([expected, other].sort());
    if (expected === 'revived') this.model.revive(it);
  }

  private async discard(it: ModelTurn | undefined): Promise<void> {
    if (!it) return;
    const before = it.turn.state;
    const discarded = await this.pg.db.database.inTenant(this.tenant, (scope) => scope.queue.discard(this.idOf(it)));
    const applied = this.model.apply(it, { kind: 'discard' });
    expect(discarded?.state).toBe(applied ? before : undefined);
  }

  /** Somebody wants no answer any more, of one agent or of all. */
  private async stop(pick: number, agent: Uuid | undefined): Promise<void> {
    const one = this.said[pick % this.said.length];
    if (!one) return;
    const stopped = await this.pg.db.database.inTenant(this.tenant, (scope) =>
      scope.turns.cancelAnswers(one.channelId, one.id, agent),
    );
    const meant = this.model.turns.filter((it) => it.messageId === one.id && (!agent || it.agentId === agent));
    for (const it of meant) this.model.apply(it, { kind: 'stop' });
    expectStopped(stopped, meant);
  }

  private async deleteMessage(pick: number): Promise<void> {
    const one = this.said[pick % this.said.length];
    if (!one) return;
    const place = await this.pg.db.database.inTenant(this.tenant, (scope) =>
      scope.messages.delete(one.channelId, one.id),
    );
    const channel = this.channels.find((it) => it.id === one.channelId)!;
    expect(place?.seq).toBe(one.gone ? undefined : ++channel.seq);
    one.gone = true;
    this.model.cancel((it) => it.messageId === one.id);
  }

  private async clear(channel: BothWorlds['channels'][number]): Promise<void> {
    const place = await this.pg.db.database.inTenant(this.tenant, (scope) => scope.messages.clear(channel.id));
    expect(place?.seq).toBe(++channel.seq);
    for (const message of this.said) if (message.channelId === channel.id) message.gone = true;
    this.model.cancel((it) => it.channelId === channel.id);
  }

  private async stopOrStart(agent: Uuid): Promise<void> {
    const start = !this.enabled.has(agent);
    const changed = await this.pg.db.database.inTenant(this.tenant, (scope) => scope.agents.setEnabled(agent, start));
    expect(changed).toBe(true);
    if (start) this.enabled.add(agent);
    else this.enabled.delete(agent);
    if (!start) this.model.cancel((it) => it.agentId === agent);
  }

  private async leaveOrJoin(channel: BothWorlds['channels'][number], agent: Uuid): Promise<void> {
    const leaves = channel.members.has(agent);
    await this.pg.db.database.inTenant(this.tenant, async ({ participants }) => {
      if (leaves) await participants.remove(channel.id, agent);
      else await participants.add(channel.id, [agent]);
    });
    if (!leaves) channel.members.add(agent);
    else channel.members.delete(agent);
    if (leaves) this.model.cancel((it) => it.channelId === channel.id && it.agentId === agent);
  }

  private owe(
    channel: BothWorlds['channels'][number],
    message: { id: Uuid; authorId: Uuid },
    depth: number,
    calls: string[],
  ): void {
    const called = this.agents.filter((_, index) => (depth === 0 && channel.direct) || calls.includes(NAMES[index]!));
    const able = (agent: Uuid): boolean => this.enabled.has(agent) && channel.members.has(agent);
    const owing = called.filter((agent) => able(agent) && agent !== message.authorId);
    this.model.owe(owing, { channelId: channel.id, messageId: message.id, seq: channel.seq, depth });
  }

  /** What Postgres released must be what the model would have; of equally old turns it may choose. */
  private async released(releases: Release[]): Promise<void> {
    this.rows = await turnRows(this.pg.superuser, this.tenant);
    expectReleases(releases, this.model, (turnId) => this.byId(turnId));
  }

  private async compare(): Promise<void> {
    this.rows = await turnRows(this.pg.superuser, this.tenant);
    expectStanding(this.rows, this.model);
  }

  private choose(pick: number, state: 'released' | 'running' | 'failed' | undefined): ModelTurn | undefined {
    const fitting = this.model.turns.filter((it) => !state || it.turn.state === state);
    return fitting[pick % fitting.length];
  }

  private idOf(it: ModelTurn): Uuid {
    return this.rows.find((row) => row.messageId === it.messageId && row.agentId === it.agentId)!.id;
  }

  private byId(turnId: Uuid): ModelTurn {
    const row = this.rows.find(({ id }) => id === turnId)!;
    return this.model.turns.find((it) => it.messageId === row.messageId && it.agentId === row.agentId)!;
  }
}
