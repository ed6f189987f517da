import { splitDocuments } from './definition-files';

describe('splitDocuments', () => {
  it('given two documents in one file, when they are split, then each keeps its line numbers', () => {
    const text = '# maps\n---\na: 1\nb: |\n  ---\n---\n# second\nc: 2\n---\n# nothing\n';
    const [first, second, ...rest] = splitDocuments({ name: 'f', text });
    expect(rest).toEqual([]);
    expect(first?.text.split('\n').indexOf('a: 1')).toBe(2);
    expect(second?.text.split('\n').indexOf('c: 2')).toBe(7);
    expect(second?.text).not.toContain('a: 1');
  });

  it.each(['a: 1\n', '---\na: 1\n', '', '{"a": 1}'])(
    'given one document %j, when it is split, then it stays as it is',
    (text) => {
      expect(splitDocuments({ name: 'f', text })).toEqual([{ name: 'f', text }]);
    },
  );
});
