import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { objectName, SPECS } from './objects';

const FILE = path.resolve(__dirname, '../../../../deploy/alerts/default.yaml');

describe('deploy/alerts/default.yaml', () => {
  const documents = parseAllDocuments(readFileSync(FILE, 'utf8')).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string }; spec: unknown },
  );

  it.each(documents.map((document) => [document.metadata.name, document] as const))(
    'given the rule %s, then it is one that the API takes',
    (name, { kind, spec }) => {
      expect(kind).toBe('AlertRule');
      expect(objectName.parse(name)).toBe(name);
      expect(SPECS.rules.parse(spec)).toMatchObject({ isEnabled: true });
    },
  );
});
