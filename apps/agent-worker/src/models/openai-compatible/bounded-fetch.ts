/** The most bytes one answer may have: a server need never stop. */
export const LARGEST_ANSWER = 8 * 1024 * 1024;

/** A fetch whose answers end in an error once they grow beyond reason. */
export function boundedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    let size = 0;
    const bounded = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          size += piece.byteLength;
          if (size > LARGEST_ANSWER) controller.error(new Error('The answer is too long.'));
          else controller.enqueue(piece);
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(bounded, { status, statusText, headers });
  };
}
