// What may depend on what, and what the pure core may not touch. Run by `npm run check` (tools/local/lint.mjs), which
// makes the project graph first: without it the boundary rule passes everything. The canary under
// tools/workspace/canary breaks each rule on purpose, and a test expects every one of those errors.
import nx from '@nx/eslint-plugin';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const SERVICE_SCOPES = ['fo', 'dataverse', 'mapper', 'initial-sync', 'alerting', 'console'];
const LINTED = ['{apps,libs,tools}/**/*.ts'];
const SPECS = ['**/*.spec.ts'];
/** Functions of their arguments: no clock, no chance, no world. */
const PURE = [
  'libs/{events,schemas,maps,planner,proof}/src/**/*.ts',
  'libs/connector/src/core/**/*.ts',
  'tools/workspace/canary/core/**/*.ts',
];
/** The one place that knows the Kafka client, so that another can take its place; the bench compares against it. */
const KAFKAJS_USERS = ['libs/kafka/**/*.ts', 'tools/bench/**/*.ts'];

const may = (sourceTag, ...tags) => ({ sourceTag, onlyDependOnLibsWithTags: tags });
const CORE = ['type:core', 'type:contract'];
const ADAPTER = ['type:adapter', ...CORE];
const PACKAGES_WITH_EFFECTS = ['@nestjs/*', 'typeorm', 'pg', 'kafkajs', '@opentelemetry/*'];

const boundaries = (...extra) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      depConstraints: [
        ...SERVICE_SCOPES.map((scope) => may(`scope:${scope}`, `scope:${scope}`, 'scope:shared')),
        // Stands for somebody else's system: it shares no code with what is tested against it.
        may('scope:sandbox', 'scope:sandbox'),
        may('type:contract', 'type:contract', ...extra),
        {
          ...may('type:core', ...CORE, ...extra),
          bannedExternalImports: PACKAGES_WITH_EFFECTS,
        },
        may('type:adapter', ...ADAPTER, ...extra),
        may('type:app', ...ADAPTER, ...extra),
        may('type:testing', 'type:testing', ...ADAPTER),
        may('type:sandbox', 'type:sandbox'),
        // The bench drives parts of the services themselves.
        may('type:tool', 'type:tool', 'type:app', 'type:testing', ...ADAPTER),
      ],
    },
  ],
});

const noKafkajs = {
  name: 'kafkajs',
  message: 'Only libs/kafka knows the Kafka client; use @dualwrite/kafka.',
};
const EFFECT_MODULES = [
  'node:*',
  'fs',
  'fs/*',
  'path',
  'os',
  'http',
  'https',
  'net',
  'crypto',
  'child_process',
  'timers',
];
const noExportAll = {
  selector: 'ExportAllDeclaration',
  message: 'Name what is exported: the rest stays private and free to change.',
};
const noClock = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Pure code takes the time as an argument.',
};

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '.nx', '.dualwrite', 'coverage'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { globals: { ...globals.node } },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'prefer-const': 'error',
    },
  },
  {
    files: LINTED,
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...boundaries(),
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', noExportAll],
      // A promise that nobody awaits loses its failure; worth the second that type information costs.
      '@typescript-eslint/no-floating-promises': 'error',
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Nest's modules are classes without members.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  // Only tests may reach the test kit.
  { files: SPECS, rules: boundaries('type:testing') },
  {
    files: LINTED,
    ignores: [...KAFKAJS_USERS, ...PURE],
    rules: { 'no-restricted-imports': ['error', { paths: [noKafkajs] }] },
  },
  {
    files: PURE,
    ignores: SPECS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [noKafkajs],
          patterns: [{ group: EFFECT_MODULES, message: 'Pure code takes what it needs as arguments.' }],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'crypto'].map(
          (name) => ({
            name,
            message: 'Pure code has no clock, no chance and no world.',
          }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure code takes the time as an argument.' },
        { object: 'Math', property: 'random', message: 'Pure code takes chance as an argument.' },
      ],
      'no-restricted-syntax': ['error', noExportAll, noClock],
    },
  },
);
