import { execFile } from 'node:child_process';
import path from 'node:path';
import { readdirSync, existsSync, readFileSync } from 'node:fs';

const workspaceRoot = path.resolve(__dirname, '../..');

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { ruleId: string; message: string }[];
}

/** Lints the deliberately bad files the way `npm run check` lints the good ones. */
function lintCanary(): Promise<readonly LintResult[]> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['tools/local/lib/lint.mjs', '--canary', '--json', 'tools/workspace/canary'],
      { cwd: workspaceRoot, maxBuffer: 10_000_000 },
      (error, stdout, stderr) => {
        if (error?.code !== 1) reject(new Error(`lint ended with ${String(error?.code ?? 0)}: ${stderr}`));
        else resolve(JSON.parse(stdout) as LintResult[]);
      },
    );
  });
}

describe('given files that break the rules on purpose', () => {
  let found: readonly string[] = [];

  beforeAll(async () => {
    found = (await lintCanary()).flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, message }) => `${path.basename(filePath)} ${ruleId} ${message}`),
    );
  }, 60_000);

  it.each([
    ['core imports an adapter', /impure.*enforce-module-boundaries.*can only depend on libs tagged/],
    ['core imports a package with effects', /impure.*enforce-module-boundaries.*"typeorm"/],
    ['core imports a module of Node', /impure.*no-restricted-imports.*node:fs/],
    ['core reads the clock', /impure.*no-restricted-properties.*Date\.now/],
    ['core makes a date of now', /impure.*no-restricted-syntax.*takes the time/],
    ['core uses chance', /impure.*no-restricted-properties.*Math\.random/],
    ['core reads the process', /impure.*no-restricted-globals.*'process'/],
    ['core fetches', /impure.*no-restricted-globals.*'fetch'/],
    ['core sets a timer', /impure.*no-restricted-globals.*'setTimeout'/],
    ['all is exported without names', /impure.*no-restricted-syntax.*Name what is exported/],
    ['any is used', /impure.*no-explicit-any/],
    ['a catch is empty', /impure.*no-empty/],
    ['a promise is left alone', /impure.*no-floating-promises/],
    ['the sandbox uses code of ours', /insider.*enforce-module-boundaries.*scope:sandbox/],
    ['an app reaches into another app', /neighbour.*enforce-module-boundaries/],
    ['an app imports the Kafka client', /neighbour.*no-restricted-imports.*kafkajs/],
  ])('when %s, then lint fails', (_what, expected) => {
    expect(found).toContainEqual(expect.stringMatching(expected));
  });
});

describe('given the projects of the workspace', () => {
  const projects = ['apps', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(path.join(workspaceRoot, folder))
      .map((name) => `${folder}/${name}/project.json`)
      .filter((file) => existsSync(path.join(workspaceRoot, file))),
  );

  it.each(projects)('%s says whose it is and what it may touch', (file) => {
    const { tags } = JSON.parse(readFileSync(path.join(workspaceRoot, file), 'utf8')) as { tags: string[] };
    expect(tags.map((tag) => tag.split(':')[0]).sort()).toEqual(['scope', 'type']);
  });
});
