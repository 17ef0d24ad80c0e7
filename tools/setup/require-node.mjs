// Imported before everything else, so that an old Node gets a sentence and not a syntax error from a dependency.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Eliza Fleet needs Node 20.19 or later; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
