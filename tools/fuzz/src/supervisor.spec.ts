import path from 'node:path';
import { Progress } from './progress';
import { supervise, type Finding } from './supervisor';

describe('supervise', () => {
  it('given cases that hang, eat the memory and tear the worker down, then each is found and the rest goes on', async () => {
    const progress = Progress.create(1);
    const findings: Finding[] = [];
    const abort = new AbortController();
    const running = supervise({
      workerFile: path.join(__dirname, 'testing/stray-worker.cjs'),
      order: { seed: 1, only: [] },
      progress,
      durationMs: 60_000,
      heapMbMax: 32,
      signal: abort.signal,
      onFinding: (finding) => {
        findings.push(finding);
        if (findings.length === 3) abort.abort();
      },
    });
    await running;
    expect(findings.map(({ kind, caseNumber }) => [kind, caseNumber])).toEqual([
      ['hang', 3],
      ['memory', 5],
      ['crash', 7],
    ]);
  }, 60_000);
});
