/**
 * Reads a source without trusting it to end: throws the signal's reason as soon as it is aborted, and `late()` when
 * nothing has come for `idleMs`. A source that hangs is left behind, not waited for.
 */
export async function* impatient<T>(
  source: AsyncIterable<T>,
  limits: { signal: AbortSignal; idleMs: number; late: () => Error },
): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await within(iterator.next(), limits);
      if (step.done) return;
      yield step.value;
    }
  } finally {
    Promise.resolve(iterator.return?.()).catch(ignore);
  }
}

async function within<T>(
  step: Promise<T>,
  { signal, idleMs, late }: { signal: AbortSignal; idleMs: number; late: () => Error },
): Promise<T> {
  // The step may fail after it was left behind; nobody is there to hear it.
  step.catch(ignore);
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(late())), idleMs);
    const abort = () => settle(() => reject(signal.reason as Error));
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      outcome();
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    step.then(
      (value) => settle(() => resolve(value)),
      (error: Error) => settle(() => reject(error)),
    );
  });
}

function ignore(): void {}
