import { NudgeTrust } from './nudge-trust';

const MINUTE_MS = 60_000;

describe('NudgeTrust', () => {
  it('given nudges that come with every change, then they are trusted', () => {
    const trust = new NudgeTrust();
    trust.noteNudge(1_000);
    trust.noteFound(1_010);
    expect(trust.isTrusted(MINUTE_MS)).toBe(true);
  });

  it('given a change found just before its nudge arrives, then they are still trusted', () => {
    const trust = new NudgeTrust();
    trust.noteFound(10_000);
    trust.noteNudge(10_400);
    expect(trust.isTrusted(MINUTE_MS)).toBe(true);
  });

  it('given a change that nobody tells of, then the table is polled for a while, and nudges get another chance', () => {
    const trust = new NudgeTrust();
    trust.noteFound(10_000);
    expect(trust.isTrusted(14_000)).toBe(true);
    expect(trust.isTrusted(16_000)).toBe(false);
    expect(trust.isTrusted(10_000 + 10 * MINUTE_MS - 1)).toBe(false);
    expect(trust.isTrusted(10_000 + 10 * MINUTE_MS)).toBe(true);
  });

  it('given a nudge of long ago, then it excuses nothing that is found now', () => {
    const trust = new NudgeTrust();
    trust.noteNudge(0);
    trust.noteFound(MINUTE_MS);
    expect(trust.isTrusted(2 * MINUTE_MS)).toBe(false);
  });
});
