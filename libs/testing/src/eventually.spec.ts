import { eventually } from './eventually';

describe('eventually', () => {
  it('given a condition that holds at the third look, then its value is returned', async () => {
    let looks = 0;
    await expect(eventually(() => ++looks === 3 && 'there', { everyMs: 1 })).resolves.toBe('there');
  });

  it('given a condition that throws until it holds, then the errors are forgotten', async () => {
    let looks = 0;
    const condition = () => {
      if (++looks < 3) throw new Error('not yet');
      return looks;
    };
    await expect(eventually(condition, { everyMs: 1 })).resolves.toBe(3);
  });

  it('given a condition that never holds, then the deadline ends it and the last error is told', async () => {
    const condition = () => {
      throw new Error('why not');
    };
    await expect(
      eventually(condition, { deadlineMs: 5, everyMs: 1, until: 'pigs fly' }),
    ).rejects.toMatchObject({
      message: 'waited 5 ms until pigs fly',
      cause: { message: 'why not' },
    });
  });
});
