/**
 * Lets Jest find what Node finds: our "./x.js" is "./x.ts", and packages that ship only an "import" entry are
 * resolved by it (they are compiled to CommonJS by the transform).
 */
module.exports = (request, options) => {
  const own = /^\.{1,2}\//.test(request) && request.endsWith('.js') && !options.basedir.includes('node_modules');
  if (own) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      // a real .js file of ours
    }
  }
  try {
    return options.defaultResolver(request, options);
  } catch {
    return options.defaultResolver(request, { ...options, conditions: ['import', 'node', 'default'] });
  }
};
