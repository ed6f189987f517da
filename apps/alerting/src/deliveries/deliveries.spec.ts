import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NoticePayload, ToldAlert } from './delivery-store';
import { alertLines, slackBody, subjectLine, teamsBody, webhookBody } from './render';
import { GIVE_UP_MS, retryInMs } from './retry';
import { Secrets } from './secrets';

function aPayload(...alerts: Partial<ToldAlert>[]): NoticePayload {
  return {
    subscription: 'ana',
    owner: 'ana@contoso.com',
    at: '2026-11-23T12:00:00.000Z',
    alerts: alerts.map((alert) => ({
      id: 'a',
      rule: 'lag',
      severity: 'warning',
      state: 'fired',
      map: 'customers',
      company: null,
      service: null,
      text: 'behind <5 min> & more',
      firedAt: '2026-11-23T11:59:00.000Z',
      resolvedAt: null,
      ...alert,
    })),
  };
}

describe('messages', () => {
  it('given alerts of several states, then the subject counts them, and each has a line', () => {
    const payload = aPayload(
      {},
      { state: 'resolved', resolvedAt: '2026-11-23T12:00:00.000Z' },
      { state: 'repeated' },
    );
    expect(subjectLine(payload)).toBe(
      'Dualwrite: 1 firing, 1 still firing, 1 resolved: lag (map customers) and others',
    );
    expect(alertLines(payload)[1]).toBe(
      'RESOLVED lag (map customers): behind <5 min> & more (warning, 2026-11-23T12:00:00.000Z)',
    );
    expect(webhookBody(payload)).toMatchObject({ type: 'alerts.changed', data: payload });
    expect(webhookBody(aPayload({}))).toMatchObject({ type: 'alerts.fired' });
  });

  it('given a name with a line break, then it cannot add a header to a mail', () => {
    expect(subjectLine(aPayload({ rule: 'x\r\nBcc: y' }))).not.toMatch(/[\r\n]/);
  });

  it('given many alerts, then a message lists some and counts the rest', () => {
    const lines = alertLines(aPayload(...Array.from({ length: 60 }, () => ({}))));
    expect([lines.length, lines.at(-1)]).toEqual([46, 'and 15 more']);
  });

  it('given signs that mean something to Slack, then they are escaped; Teams gets a card', () => {
    expect(JSON.stringify(slackBody(aPayload({ rule: '<!channel>' })))).toContain('&lt;!channel&gt;');
    expect(JSON.stringify(teamsBody(aPayload({})))).toContain('AdaptiveCard');
  });
});

describe('retryInMs', () => {
  it('given more and more failures, then it waits longer, up to a quarter of an hour, and gives up after a day', () => {
    const waits = [1, 2, 3, 10, 100].map((attempts) => retryInMs(attempts, { ageMs: 0, chance: 1 }));
    expect(waits).toEqual([2_000, 4_000, 8_000, 900_000, 900_000]);
    expect(retryInMs(1, { ageMs: 0, chance: 0 })).toBe(1_000);
    expect(retryInMs(1, { ageMs: 0, chance: 0, askedMs: 60_000 })).toBe(60_000);
    expect(retryInMs(1, { ageMs: GIVE_UP_MS, chance: 0 })).toBeNull();
  });
});

describe('Secrets', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'secrets-'));
    await writeFile(path.join(folder, 'hook'), 's3cret\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('given references, then they are read from where they point, and from nowhere else', async () => {
    const secrets = new Secrets({ ALERT_SECRET_HOOK: 'e', DATABASE_URL: 'postgres://' }, folder);
    expect(await secrets.read('env:ALERT_SECRET_HOOK')).toBe('e');
    expect(await secrets.read('file:hook')).toBe('s3cret');
    for (const reference of [
      'env:DATABASE_URL',
      'file:../hook',
      'file:none',
      'env:ALERT_SECRET_NONE',
      'plain',
    ]) {
      await expect(secrets.read(reference)).rejects.toThrow(reference);
    }
  });
});
