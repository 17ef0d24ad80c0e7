import type { Pool } from 'pg';

const QUESTION = `
select current_user as role, r.rolsuper or r.rolbypassrls as bypasses,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and c.relrowsecurity and n.nspname = 'public'
                  and pg_has_role(current_user, c.relowner, 'usage')) as owns,
       pg_has_role(current_user, 'eliza_dispatch', 'usage') as sees_all
  from pg_roles r where r.rolname = current_user`;

/**
 * Makes sure that the fence between tenants holds for this login.
 *
 * @throws Error naming what is wrong and how to mend it: such a process must not serve.
 */
export async function verifyRole(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ role: string; bypasses: boolean; owns: boolean; sees_all: boolean }>(QUESTION);
  const found = rows[0];
  if (!found) throw new Error('Postgres does not know the role this process runs as');
  const fault = found.bypasses
    ? 'is a superuser or bypasses row security'
    : found.owns
      ? 'owns tables of tenants'
      : found.sees_all
        ? 'inherits the rights of eliza_dispatch (make it NOINHERIT)'
        : undefined;
  if (!fault) return;
  throw new Error(
    `The database role "${found.role}" ${fault}, so nothing would keep tenants apart. ` +
      'Serve with a login that is only a member of eliza_app, and set DATABASE_OWNER_URL for migrations.',
  );
}
