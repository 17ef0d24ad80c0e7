/** What {@link within} answers when time is up. */
export const TOO_LATE = Symbol('too late');

/** The result of `work`, or {@link TOO_LATE} after `ms` milliseconds; a later failure of `work` is then nobody's. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | typeof TOO_LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof TOO_LATE>((resolve) => {
    timer = setTimeout(() => {
      work.catch(() => undefined);
      resolve(TOO_LATE);
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
