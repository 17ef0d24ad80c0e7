import type { Uuid } from '../ids.js';

/** Who did what. */
export class AuditedAct {
  at: Date;
  /** open, key, user, operator; or stranger, who showed no key of an operator where one was needed. */
  actorKind: string;
  /** Which of them: the id of a key, a token's issuer and subject. */
  actor: string;
  /** Where the call came from. */
  address: string | null;
  /** A noun and a verb, such as `agent.create`; `access.refused` for what somebody was kept from. */
  action: string;
  objectType: string | null;
  objectId: string | null;
  /** `done`, or the code of the error that the caller was told. */
  outcome: string;
  requestId: string | null;
}

/** A page of the audit log, newest first. */
export class AuditPage {
  entries: AuditedAct[];
  /** What to ask for the next page with, as `cursor`; missing on the last one. */
  next?: string;
}

/** A page of the audit log in its envelope. */
export class AuditAnswer {
  success: true;
  data: AuditPage;
}

/** Who did what, and to whom. */
export class OperatorAuditedAct extends AuditedAct {
  /** In whose log it stands; null in that of the operators. */
  tenantId: Uuid | null;
}

/** A page of all logs, newest first. */
export class OperatorAuditPage {
  entries: OperatorAuditedAct[];
  /** What to ask for the next page with, as `cursor`; missing on the last one. */
  next?: string;
}

/** A page of all logs in its envelope. */
export class OperatorAuditAnswer {
  success: true;
  data: OperatorAuditPage;
}
