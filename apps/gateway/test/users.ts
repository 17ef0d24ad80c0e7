import type { Uuid } from '@app/contracts';
import { IdentityService, type TenantContext } from '@app/identity';
import type { TestGateway } from './support.js';

/** Leads what stands for an end user's token. */
const MARK = 'user:';

/** Lets a gateway take `user:<tenant>:<entity>` for the token of an end user. */
export function admitUsers(gateway: TestGateway): void {
  const identity = gateway.application.get(IdentityService);
  const { ofRequest, ofHandshake } = identity;
  identity.ofRequest = async (given) => userOf(given.authorization) ?? ofRequest.call(identity, given);
  identity.ofHandshake = async (given) =>
    userOf(given.others?.find((one) => one?.startsWith(MARK))) ?? ofHandshake.call(identity, given);
}

export function userToken(tenantId: Uuid, entityId: Uuid): string {
  return `${MARK}${tenantId}:${entityId}`;
}

function userOf(given: string | undefined): (TenantContext & { entityId: Uuid }) | undefined {
  const [, rest] = given?.split(MARK) ?? [];
  if (rest === undefined) return undefined;
  const [tenantId, entityId] = rest.split(':') as [Uuid, Uuid];
  return { tenantId, principal: 'user', principalId: rest, entityId, scopes: ['*'] };
}
