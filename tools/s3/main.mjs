import { S3Server } from './server.mjs';

/** Runs the development S3 server as a process of its own, set up by the environment. */
async function main() {
  const { S3_DIRECTORY, S3_PORT = '0', S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_BUCKET } = process.env;
  const needed = { S3_DIRECTORY, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
  const missing = Object.keys(needed).filter((name) => !needed[name]);
  if (missing.length > 0) throw new Error(`These settings are missing: ${missing.join(', ')}`);
  const server = await S3Server.start({
    directory: S3_DIRECTORY,
    port: Number(S3_PORT),
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    bucket: S3_BUCKET,
  });
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  process.stdout.write(`ready ${server.url}\n`);
}

main().catch((error) => {
  process.stderr.write(`s3: ${error.message}\n`);
  process.exitCode = 1;
});
