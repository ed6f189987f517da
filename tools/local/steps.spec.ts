import { runModule } from './run-module';

function failuresOf(result: unknown): Promise<unknown> {
  return runModule(`
    import { failuresOf } from './lib/steps.mjs';
    process.stdout.write(JSON.stringify(failuresOf(${JSON.stringify(result)})));
  `);
}

describe('given what jest tells of a run', () => {
  it('when a test failed, then the closing line names it with its reason and the cause, without stacks', async () => {
    const failure =
      '\u001b[31mError: not within 9 ms: rows agree\u001b[0m\n    at eventually (a.ts:1:2)\n  [cause]: Error: X1 is open\n    at b';
    const told = await failuresOf({
      testResults: [
        { status: 'passed', name: `${process.cwd()}/good.spec.ts`, message: '', assertionResults: [] },
        {
          status: 'failed',
          name: '/other.spec.ts',
          message: 'all of it',
          assertionResults: [
            { status: 'passed', fullName: 'good', failureMessages: [] },
            { status: 'failed', fullName: 'given rows, plug-in edits', failureMessages: [failure] },
          ],
        },
      ],
    });
    expect(told).toEqual([
      expect.stringMatching(
        /other\.spec\.ts: given rows, plug-in edits: Error: not within 9 ms: rows agree \| \[cause\]: Error: X1 is open$/,
      ),
    ]);
  });

  it('when a file could not be loaded, then the closing line has the reason, bounded', async () => {
    const message = `SyntaxError: ${'x'.repeat(5_000)}`;
    const [told] = (await failuresOf({
      testResults: [{ status: 'failed', name: '/broken.spec.ts', message, assertionResults: [] }],
    })) as string[];
    expect(told).toContain('broken.spec.ts: SyntaxError: xxx');
    expect(told?.length).toBeLessThan(1_100);
  });
});
