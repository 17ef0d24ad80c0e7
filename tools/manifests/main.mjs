import { shippingFaults } from './faults.mjs';

// Looks at Dockerfile, docker-compose.yml and k8s/: npm run manifests
const { faults, skipped } = await shippingFaults();
for (const line of skipped) process.stdout.write(`Skipped: ${line}\n`);
for (const line of faults) process.stderr.write(`${line}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
