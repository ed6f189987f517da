import type { TableSchema } from '@dualwrite/schemas';
import { KnownSchemas } from './known-schemas';

describe('KnownSchemas', () => {
  it('when a schema is asked for time after time, then its source is asked once a minute', async () => {
    const asked: string[] = [];
    let now = 0;
    const find = (side: string, table: string): Promise<TableSchema | undefined> => {
      asked.push(`${side}/${table}`);
      return Promise.resolve(table === 'none' ? undefined : ({ table } as TableSchema));
    };
    const schemas = new KnownSchemas({ find }, () => now);
    expect(await schemas.find('fo', 'A')).toEqual({ table: 'A' });
    now = 59_999;
    expect(await schemas.find('fo', 'A')).toEqual({ table: 'A' });
    expect(asked).toEqual(['fo/A']);
    now = 60_000;
    await schemas.find('fo', 'A');
    await schemas.find('dataverse', 'A');
    expect(asked).toEqual(['fo/A', 'fo/A', 'dataverse/A']);
  });

  it('when a table is not there, then it is asked for each time', async () => {
    let count = 0;
    const schemas = new KnownSchemas({ find: () => Promise.resolve(void (count += 1)) });
    expect(await schemas.find('fo', 'none')).toBeUndefined();
    expect(await schemas.find('fo', 'none')).toBeUndefined();
    expect(count).toBe(2);
  });
});
