import { runModule } from './run-module';

/** Orders given line by line, and what came of them. */
async function obey(...lines: readonly string[]): Promise<{ scaled: unknown[]; said: string[] }> {
  return (await runModule(`
    import { PassThrough } from 'node:stream';
    import { obeyOrders } from './stack/orders.mjs';
    const input = new PassThrough();
    const scaled = [];
    const said = [];
    let underWay = 0;
    obeyOrders({
      input,
      talk: (text) => said.push(text),
      scale: async (name, count) => {
        underWay += 1;
        await new Promise((resolve) => setImmediate(resolve));
        scaled.push([name, count, underWay]);
        underWay -= 1;
      },
    });
    input.end(${JSON.stringify(lines.join('\n'))});
    process.on('exit', () => process.stdout.write(JSON.stringify({ scaled, said })));
  `)) as { scaled: unknown[]; said: string[] };
}

describe('given orders to the launcher', () => {
  it('when replicas are to join and leave, then one order is carried out after the other', async () => {
    const { scaled, said } = await obey(
      '{"replicas": {"mapper": 3, "alerting": 2}}',
      '',
      '{"replicas": {"mapper": 1}}',
    );
    expect(scaled).toEqual([
      ['mapper', 3, 1],
      ['alerting', 2, 1],
      ['mapper', 1, 1],
    ]);
    expect(said).toEqual([]);
  });

  it('when an order makes no sense, then it is said why, and the next one is carried out', async () => {
    const { scaled, said } = await obey(
      'nonsense',
      '{"replicas": {"nobody": 1}}',
      '{"replicas": {"mapper": 0}}',
      '{"replicas": {"mapper": 2}}',
    );
    expect(scaled).toEqual([['mapper', 2, 1]]);
    expect(said).toHaveLength(3);
    expect(said[1]).toContain('there is no service nobody');
    expect(said[2]).toContain('1 to 9 replicas, not 0');
  });
});
