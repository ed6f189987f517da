import { KeyedMutex } from './keyed-mutex';
import { Limiter } from './limiter';

/** Resolves when told to. */
function aGate(): { readonly passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}
const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

describe('KeyedMutex', () => {
  it('given two works of one key, then they run in order, also after a failure; another key does not wait', async () => {
    const mutex = new KeyedMutex();
    const gate = aGate();
    const log: string[] = [];
    const first = mutex.run('a', async () => {
      await gate.passed;
      log.push('a1');
      throw new Error('first');
    });
    const second = mutex.run('a', () => Promise.resolve(log.push('a2')));
    await mutex.run('b', () => Promise.resolve(log.push('b')));
    expect(log).toEqual(['b']);
    gate.open();
    await expect(first).rejects.toThrow('first');
    await second;
    expect(log).toEqual(['b', 'a1', 'a2']);
  });
});

describe('Limiter', () => {
  it('given more works than places, then no more than that run at once, and all run', async () => {
    const limiter = new Limiter(2);
    const gates = [aGate(), aGate(), aGate(), aGate()];
    let running = 0;
    let most = 0;
    const all = gates.map((gate) =>
      limiter.run(async () => {
        most = Math.max(most, ++running);
        await gate.passed;
        running--;
      }),
    );
    for (const gate of gates) {
      await turns();
      gate.open();
    }
    await Promise.all(all);
    expect([most, running]).toEqual([2, 0]);
  });
});
