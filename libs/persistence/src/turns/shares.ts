/** A tenant with unfinished turns. */
interface Weighted {
  weight: number;
}

/**
 * How many turns of each tenant may be in flight when `window` places are divided by weight: at least one, so that
 * nobody starves; a lone tenant gets them all.
 */
export function shares<T extends Weighted>(tenants: T[], window: number): { tenant: T; share: number }[] {
  const total = tenants.reduce((sum, tenant) => sum + tenant.weight, 0);
  return tenants.map((tenant) => ({ tenant, share: Math.max(1, Math.floor((window * tenant.weight) / total)) }));
}
