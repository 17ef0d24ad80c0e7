import { RolesAndTables1764000000000 } from './1764000000000-roles-and-tables.js';
import { TenantFence1764000000001 } from './1764000000001-tenant-fence.js';
import { MessagePath1764000000002 } from './1764000000002-message-path.js';
import { TurnPath1764000000003 } from './1764000000003-turn-path.js';
import { RepliesByQuestion1764100000010 } from './1764100000010-replies-by-question.js';
import { Sessions1764100000011 } from './1764100000011-sessions.js';
import { Jobs1764100000012 } from './1764100000012-jobs.js';
import { Messaging1764100000020 } from './1764100000020-messaging.js';
import { RememberingTables1764100000030 } from './1764100000030-remembering-tables.js';
import { RememberingPath1764100000031 } from './1764100000031-remembering-path.js';
import { TenantSettings1764100000040 } from './1764100000040-tenant-settings.js';
import { TenantsAndKeys1764200000000 } from './1764200000000-tenants-and-keys.js';
import { TokenIssuers1764200000001 } from './1764200000001-token-issuers.js';
import { OwnMessages1764200000100 } from './1764200000100-own-messages.js';
import { BoundedRole1764200000101 } from './1764200000101-bounded-role.js';
import { Plans1764200000200 } from './1764200000200-plans.js';
import { UsageLedger1764200000201 } from './1764200000201-usage-ledger.js';
import { MeteredMessages1764200000202 } from './1764200000202-metered-messages.js';
import { AuditLog1764200000300 } from './1764200000300-audit-log.js';
import { Media1764200000400 } from './1764200000400-media.js';
import { MediaDerivations1764200000450 } from './1764200000450-media-derivations.js';
import { Operators1764300000000 } from './1764300000000-operators.js';
import { DeadTurns1764300000001 } from './1764300000001-dead-turns.js';
import { SuspendedTenantsRest1764300000002 } from './1764300000002-suspended-tenants-rest.js';
import { TenantErasures1764300000100 } from './1764300000100-tenant-erasures.js';
import { Partitions1764300000110 } from './1764300000110-partitions.js';
import { UserErasures1764300000120 } from './1764300000120-user-erasures.js';
import { MediaStorage1764300000200 } from './1764300000200-media-storage.js';
import { IdempotencyKeys1764300000201 } from './1764300000201-idempotency-keys.js';
import { MediaUses1764300000300 } from './1764300000300-media-uses.js';
import { DepartedTenants1764300000301 } from './1764300000301-departed-tenants.js';
import { GeneratedMedia1764300000302 } from './1764300000302-generated-media.js';
import { DocumentWords1764300000303 } from './1764300000303-document-words.js';
import { Uploads1764300000400 } from './1764300000400-uploads.js';
import { SchemaIsSeen1764300000500 } from './1764300000500-schema-is-seen.js';
import { AskedToStop1764300000600 } from './1764300000600-asked-to-stop.js';

/** All migrations, oldest first. A released one is never edited: a change is a new migration. */
export const MIGRATIONS = [
  RolesAndTables1764000000000,
  TenantFence1764000000001,
  MessagePath1764000000002,
  TurnPath1764000000003,
  RepliesByQuestion1764100000010,
  Sessions1764100000011,
  Jobs1764100000012,
  Messaging1764100000020,
  RememberingTables1764100000030,
  RememberingPath1764100000031,
  TenantSettings1764100000040,
  TenantsAndKeys1764200000000,
  TokenIssuers1764200000001,
  OwnMessages1764200000100,
  BoundedRole1764200000101,
  Plans1764200000200,
  UsageLedger1764200000201,
  MeteredMessages1764200000202,
  AuditLog1764200000300,
  Media1764200000400,
  MediaDerivations1764200000450,
  Operators1764300000000,
  DeadTurns1764300000001,
  SuspendedTenantsRest1764300000002,
  TenantErasures1764300000100,
  Partitions1764300000110,
  UserErasures1764300000120,
  MediaStorage1764300000200,
  IdempotencyKeys1764300000201,
  MediaUses1764300000300,
  DepartedTenants1764300000301,
  GeneratedMedia1764300000302,
  DocumentWords1764300000303,
  Uploads1764300000400,
  SchemaIsSeen1764300000500,
  AskedToStop1764300000600,
];
