export default async function globalTeardown() {
  await globalThis.elizaTestStores?.stop();
}
