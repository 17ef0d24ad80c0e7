import { newId } from '@app/contracts';
import type { TenantContext } from '../tenant-context.js';
import { boundEntity, demandOwnEntity } from './own-entity.js';
import { demandRights } from './rights.js';

const own = newId();
const user: TenantContext = { tenantId: newId(), principal: 'user', principalId: 'u', scopes: ['*'], entityId: own };
const key: TenantContext = {
  tenantId: newId(),
  principal: 'key',
  principalId: 'k',
  scopes: ['agents:read'],
  entityId: own,
};

describe('rights', () => {
  it('lets a key do what its scopes name, and names the one it lacks', () => {
    expect(() => demandRights(key, { who: 'tenant', scope: 'agents:read' })).not.toThrow();
    const lacking = expect(() => demandRights(key, { who: 'tenant', scope: 'agents:write' }));
    lacking.toThrow(expect.objectContaining({ code: 'FORBIDDEN', details: { scope: 'agents:write' } }));
    lacking.toThrow('agents:write');
  });

  it('takes * for every scope', () => {
    const all: TenantContext = { ...key, scopes: ['*'] };
    expect(() => demandRights(all, { who: 'tenant', scope: 'admin' })).not.toThrow();
  });

  it('keeps end users out of what is the tenant’s, whatever their token is good for', () => {
    const scoped: TenantContext = { ...user, scopes: ['*'] };
    expect(() => demandRights(scoped, { who: 'tenant', scope: 'admin' })).toThrow('whole tenant');
    expect(() => demandRights(user, { who: 'users', scope: 'messages:read' })).not.toThrow();
    const narrow: TenantContext = { ...user, scopes: ['messages:read'] };
    expect(() => demandRights(narrow, { who: 'users', scope: 'messages:write' })).toThrow('messages:write');
  });
});

describe('a caller’s own entity', () => {
  it('binds end users and nobody else', () => {
    expect([boundEntity(user), boundEntity(key)]).toEqual([own, undefined]);
  });

  it('is the only one an end user may claim; a key may claim any', () => {
    const mismatch = expect.objectContaining({ code: 'ENTITY_MISMATCH' });
    expect(() => demandOwnEntity(user, newId())).toThrow(mismatch);
    expect(() => demandOwnEntity(user, own.toUpperCase())).not.toThrow();
    expect(() => demandOwnEntity(user, undefined)).not.toThrow();
    expect(() => demandOwnEntity(key, newId())).not.toThrow();
  });

  it('must be there where a caller is an end user', () => {
    expect(() => boundEntity({ ...user, entityId: undefined })).toThrow('without an entity');
  });
});
