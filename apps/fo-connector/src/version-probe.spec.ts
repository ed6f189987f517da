import { VersionProbe } from './version-probe';

const ROW = "CustomerGroups(dataAreaId='usmf',CustomerGroupId='ZZ')";

describe('VersionProbe', () => {
  const asked: string[] = [];
  const probe = (
    declared: 'true' | 'false' | 'unknown',
    testRow: string,
    answer: 'refused' | 'taken' | 'unclear' = 'refused',
  ): VersionProbe =>
    new VersionProbe({
      client: {
        refusesOldVersion: (row) => {
          asked.push(row);
          return Promise.resolve(answer);
        },
      },
      declared,
      testRow,
    });
  beforeEach(() => {
    asked.length = 0;
  });

  it.each([
    ['true', true],
    ['false', false],
  ] as const)(
    'given that an operator has said %s, then that holds, and no row is touched',
    async (said, honours) => {
      await expect(probe(said, ROW).honoursVersions()).resolves.toBe(honours);
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ['refused', true],
    ['taken', false],
    ['unclear', false],
  ] as const)(
    'given a named row that is %s with an old version, then once asked it is known',
    async (answer, honours) => {
      const one = probe('unknown', ROW, answer);
      await expect(one.honoursVersions()).resolves.toBe(honours);
      await expect(one.honoursVersions()).resolves.toBe(honours);
      expect(asked).toEqual([ROW]);
    },
  );

  it('given nothing at all, then unknown counts as class B', async () => {
    await expect(probe('unknown', '').honoursVersions()).resolves.toBe(false);
    expect(asked).toEqual([]);
  });
});
