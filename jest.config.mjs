import { esmPackages } from './tools/jest/esm-packages.mjs';

const compiled = esmPackages()
  .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  .join('|');

const typescript = {
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

export default {
  testEnvironment: 'node',
  roots: ['apps', 'bench', 'libs', 'test', 'tools'].map((folder) => `<rootDir>/${folder}`),
  testRegex: '\\.spec\\.(ts|mjs)$',
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src/index.ts' },
  resolver: '<rootDir>/tools/jest/resolver.cjs',
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', typescript] },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${compiled})/)`],
  testTimeout: 30_000,
};
