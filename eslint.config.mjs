import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What is named with underscores only is there to be left out. */
const unused = ['error', { argsIgnorePattern: '^_+$', varsIgnorePattern: '^_+$' }];

const everywhere = {
  eqeqeq: ['error', 'smart'],
  'max-lines': ['error', { max: 300, skipBlankLines: true }],
  'no-console': 'error',
  'no-else-return': 'error',
  'no-param-reassign': 'error',
  'no-self-compare': 'error',
  'no-unreachable': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  '@typescript-eslint/no-unused-vars': unused,
};

/** Constructors and factories of Nest take what is injected, and Express tells its error handlers by their length. */
const withFewParameters = [
  'FunctionDeclaration:not([params.3.name="next"])',
  'MethodDefinition[kind!="constructor"] > FunctionExpression',
  'ArrowFunctionExpression:not([parent.key.name="useFactory"])',
].join(', ');

const environment = 'Variables are declared in env.ts and read by parseEnv.';

/** The house's rules; formatting is prettier's business, boundaries are dependency-cruiser's. */
export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.eliza*/', 'coverage/', 'bench/results/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.base], rules: everywhere },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...everywhere,
      'max-params': ['error', 5],
      'no-restricted-syntax': [
        'error',
        {
          selector: `:matches(${withFewParameters})[params.length>3]`,
          message: 'A function with more than three parameters takes an object, or has two jobs.',
        },
      ],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: environment }],
      'no-restricted-imports': [
        'error',
        ...['process', 'node:process'].map((name) => ({ name, importNames: ['env'], message: environment })),
      ],
      '@typescript-eslint/consistent-type-exports': ['error', { fixMixedExportsWithInlineTypeSpecifier: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // The places where a process meets its environment.
    files: ['apps/*/src/main.ts', 'libs/persistence/src/migrate.ts', 'libs/testing/**', '**/test/**', 'test/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Tests read answers of foreign shape, and hand over whatever a caller might.
    files: ['**/*.spec.ts', 'test/**', '**/test/**', 'libs/testing/**'],
    rules: {
      'max-params': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // One list, so that nobody has to look in two places for what differs.
    files: ['test/contract/contract-deviations.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    // `export *` is right whether a file holds types or values, today or tomorrow.
    files: ['libs/*/src/index.ts'],
    rules: { '@typescript-eslint/consistent-type-exports': 'off' },
  },
  { files: ['tools/**', 'bench/**'], rules: { 'no-console': 'off' } },
  prettier,
);
