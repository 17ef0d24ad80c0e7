import { SetMetadata } from '@nestjs/common';

/** What the audit log says of a route. */
export interface Audited {
  /** A noun and a verb, such as `agent.create`; where a route does several things, what the body says of it. */
  action: string | ((body: object) => string);
  /** The route's parameter that names the object. Of what is created, it is the `id` of the answer's data. */
  object?: string;
}

export const AUDITED_METADATA = 'audited';

/**
 * Every call of this route stands in the tenant's audit log, whether it succeeded or not. A route that changes something
 * and is for those who administer the tenant, or for operators, must have it; a test holds that.
 */
export const Audit = (action: Audited['action'], object?: string): MethodDecorator =>
  SetMetadata<string, Audited>(AUDITED_METADATA, { action, object });
