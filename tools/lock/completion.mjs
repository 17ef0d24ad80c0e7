/** How packages for one platform name it: `@swc/core-linux-arm-gnueabihf`, `@oxc-parser/binding-win32-x64-msvc`. */
const OS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const CPU = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64'];

/**
 * The optional dependencies that a lock file lacks, as entries for it. npm leaves out what its registry does not have,
 * and `npm ci` then refuses the file on every machine, although most packages for other platforms are installed nowhere.
 * Where an entry has no checksum, npm takes what the registry gives it.
 */
export function missingEntries(packages) {
  const missing = {};
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isFound(packages, place, name)) continue;
      if (!/^\d+\.\d+\.\d+[^\s]*$/.test(version)) throw new Error(`${name} ${version} is no exact version`);
      missing[`node_modules/${name}`] = { version, ...platformOf(name, dev) };
    }
  }
  return missing;
}

/** Whether Node would find the package from there. */
function isFound(packages, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

function platformOf(name, dev) {
  const words = name.split('/').at(-1).split('-');
  const [os, cpu] = [OS.find((one) => words.includes(one)), CPU.find((one) => words.includes(one))];
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(dev ? { dev } : {}), optional: true, ...(os ? { os: [os] } : {}) };
}
