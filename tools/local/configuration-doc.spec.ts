import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const workspaceRoot = path.resolve(__dirname, '../..');
const page = readFileSync(path.join(workspaceRoot, 'docs/reference/configuration.md'), 'utf8');

/** Names of settings as the services' own schemas have them: `NAME: z...` or `NAME: commaList...`. */
function settingsIn(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name ?? '');
}

const files = [
  'libs/service/src/settings.ts',
  'libs/connector/src/connector-settings.ts',
  ...readdirSync(path.join(workspaceRoot, 'apps')).flatMap((app) =>
    readdirSync(path.join(workspaceRoot, 'apps', app, 'src'))
      .filter((name) => name.endsWith('settings.ts'))
      .map((name) => `apps/${app}/src/${name}`),
  ),
];

describe('docs/reference/configuration.md', () => {
  it.each(files)('names every setting of %s', (file) => {
    const names = settingsIn(path.join(workspaceRoot, file));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
