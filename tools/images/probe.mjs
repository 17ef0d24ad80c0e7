// What an image is asked how it does with: node probe.mjs livez|readyz. Code 0 when all is well.
const port = process.env.INTERNAL_PORT;
const answer = await fetch(`http://127.0.0.1:${port}/${process.argv[2]}`, { signal: AbortSignal.timeout(4_000) });
process.stdout.write(await answer.text());
process.exit(answer.ok ? 0 : 1);
