import type { Dispatch, MessagePath, TurnPath } from '@app/persistence';
import type { TestDatabase } from '@app/testing';
import type { Client } from 'pg';

/** What the steps are done with in Postgres. */
export interface PostgresSide {
  db: TestDatabase;
  superuser: Client;
  messages: MessagePath;
  path: TurnPath;
  dispatch: Dispatch;
}
