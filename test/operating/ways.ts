import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Uuid } from '@app/contracts';
import { built, type Cluster } from '@app/testing';

/* eslint-disable @typescript-eslint/no-explicit-any -- answers of any shape are taken apart by tests */

/** The key of the operators of a cluster under test. */
export const OPERATOR_KEY = 'operator-key-0123456789';

/** What an operator does in these tests, whichever way. */
export interface Operating {
  putPlan(name: string, terms: object): Promise<void>;
  makeTenant(name: string, plan: string): Promise<Uuid>;
  makeKey(tenant: Uuid): Promise<string>;
  setStatus(tenant: Uuid, status: 'suspended' | 'active'): Promise<void>;
  usage(tenant: Uuid): Promise<Record<string, number>>;
  /** What stands in a tenant's log, newest first. */
  audit(tenant: Uuid): Promise<string[]>;
  deadTurns(tenant: Uuid): Promise<Uuid[]>;
  retry(tenant: Uuid, turn: Uuid): Promise<void>;
}

/** By REST, at the second gateway. */
export function byRest(cluster: Cluster): Operating {
  const call = async (method: string, address: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${cluster.url(2)}/api/admin${address}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-operator-key': OPERATOR_KEY },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const told: any = await response.json();
    if (!response.ok) throw new Error(`${method} ${address}: ${JSON.stringify(told)}`);
    return told.data;
  };
  return {
    putPlan: (name, terms) => call('PUT', `/plans/${name}`, terms),
    makeTenant: async (name, plan) => (await call('POST', '/tenants', { name, plan })).id,
    makeKey: async (tenant) => (await call('POST', `/tenants/${tenant}/keys`, { name: 'K', scopes: ['*'] })).key,
    setStatus: (tenant, status) => call('PATCH', `/tenants/${tenant}`, { status }),
    usage: async (tenant) => quantities((await call('GET', `/tenants/${tenant}/usage`)).months),
    audit: async (tenant) => actions((await call('GET', `/audit?tenantId=${tenant}`)).entries),
    deadTurns: async (tenant) =>
      (await call('GET', `/tenants/${tenant}/turns`)).turns.map(({ id }: { id: Uuid }) => id),
    retry: (tenant, turn) => call('POST', `/tenants/${tenant}/turns/${turn}/retry`),
  };
}

/** By the built program, as an operator calls it while everything runs. */
export function byCommands(cluster: Cluster): Operating {
  const run = async (...words: string[]): Promise<any> => {
    const { env } = cluster.gateway(1).options;
    const args = [built('apps/admin/src/main.js'), ...words, '--json'];
    return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout);
  };
  return {
    putPlan: async (name, terms) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'eliza-plan-'));
      try {
        writeFileSync(path.join(folder, 'plan.json'), JSON.stringify(terms));
        await run('plans', 'put', name, path.join(folder, 'plan.json'));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    makeTenant: async (name, plan) => (await run('tenants', 'create', name, '--plan', plan)).id,
    makeKey: async (tenant) => (await run('keys', 'create', tenant, 'K')).key,
    setStatus: (tenant, status) => run('tenants', status === 'suspended' ? 'suspend' : 'resume', tenant),
    usage: async (tenant) => quantities((await run('usage', '--tenant', tenant)).tenants[0].months),
    audit: async (tenant) => actions((await run('audit', '--tenant', tenant)).entries),
    deadTurns: async (tenant) => (await run('queue', 'list', tenant)).turns.map(({ id }: { id: Uuid }) => id),
    retry: (tenant, turn) => run('queue', 'retry', tenant, turn),
  };
}

function quantities(months: { kind: string; quantity: number }[]): Record<string, number> {
  return Object.fromEntries(months.map(({ kind, quantity }) => [kind, quantity]));
}

function actions(entries: { actorKind: string; action: string; outcome: string }[]): string[] {
  return entries.map(({ actorKind, action, outcome }) => `${actorKind} ${action} ${outcome}`);
}
