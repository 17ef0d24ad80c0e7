import { EnvUrl } from '@app/platform';

/** The configuration of migrations. */
export class MigrateEnv {
  @EnvUrl(['postgres', 'postgresql'], 'The application login; used for migrations too when no owner is named', {
    required: true,
    secret: true,
  })
  DATABASE_URL: string;

  @EnvUrl(['postgres', 'postgresql'], 'The login that owns the schema, direct and not through a pooler', {
    secret: true,
  })
  DATABASE_OWNER_URL?: string;
}
