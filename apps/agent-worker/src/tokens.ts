/** The process's logger, for injection. */
export const LOGGER = Symbol('logger');
