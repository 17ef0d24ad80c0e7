// Loaded into every process of a test cluster: it ends when the test run is gone, however that went.
if (process.channel) {
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
