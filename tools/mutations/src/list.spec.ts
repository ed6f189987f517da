import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MUTATIONS } from './list';

const workspaceRoot = path.resolve(__dirname, '../../..');

describe('the bugs made by hand', () => {
  it('are thirty or more, each under a name of its own', () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });

  it.each(MUTATIONS)('$name: still finds its place, once', ({ file, find, replace }) => {
    const text = readFileSync(path.join(workspaceRoot, file), 'utf8');
    expect(text.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });
});
