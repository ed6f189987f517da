import { anAlert, aQuietPeriod } from '../testing/setup';
import { endOfPeriod, quietBy, quietPeriod } from './quiet-period';

const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const question = (alert = anAlert(), subscription: string | null = 'ana') => ({
  nowMs: at('23T12:00:00'),
  alert,
  subscription,
  packOf: () => null,
});
const always = { from: '2026-11-01T00:00:00Z', until: '2026-12-01T00:00:00Z' };

describe('endOfPeriod', () => {
  const night = aQuietPeriod({ cron: '0 22 * * *', for: '8h', timeZone: 'Europe/Berlin' });

  it.each([
    ['23T20:59:59', null],
    ['23T21:00:00', '24T05:00:00'],
    ['24T04:59:59', '24T05:00:00'],
    ['24T05:00:00', null],
  ])('given every night from 22 to 6 in Berlin, at %s UTC, then it ends at %s', (now, end) => {
    expect(endOfPeriod(night, at(now))).toBe(end === null ? null : at(end));
  });

  it('given once, then it ends once', () => {
    const once = aQuietPeriod({ from: '2026-11-23T08:00:00Z', until: '2026-11-23T09:00:00Z' });
    expect(
      [at('23T07:59:59'), at('23T08:00:00'), at('23T09:00:00')].map((now) => endOfPeriod(once, now)),
    ).toEqual([null, at('23T09:00:00'), null]);
  });

  it('given nights until a day, then the last one ends with that day', () => {
    const nights = aQuietPeriod({ cron: '0 22 * * *', for: '8h', until: '2026-11-24T00:00:00Z' });
    expect(endOfPeriod(nights, at('23T23:00:00'))).toBe(at('24T00:00:00'));
    expect(endOfPeriod(nights, at('24T23:00:00'))).toBeNull();
  });

  it.each([
    [{ from: '2026-11-23T08:00:00Z' }, 'until'],
    [{ cron: '0 22 * * *' }, 'for'],
    [{ cron: '0 22 * * *', for: '32d' }, 'for'],
    [{ cron: 'every night', for: '8h' }, 'cron'],
    [{ cron: '0 22 * * *', for: '8h', timeZone: 'Mars/Olympus' }, 'cron'],
    [{ from: '2026-11-23T08:00:00Z', until: '2026-11-23T08:00:00Z' }, 'until'],
  ])('given %j, then it is refused: a quiet period ends', (spec, field) => {
    const { error } = quietPeriod.safeParse(spec);
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});

describe('quietBy', () => {
  it.each([
    [{}, true],
    [{ maps: ['m'] }, true],
    [{ maps: ['other'] }, false],
    [{ rules: ['other'] }, false],
    [{ subscriptions: ['finance'] }, false],
    [{ alert: '22222222-2222-4222-8222-222222222222' }, false],
    [{ alert: anAlert().id }, true],
    [{ exceptWorseTimes: 2 }, true],
  ])('given a period with %j, then the alert is kept quiet: %s', (spec, isQuiet) => {
    expect(quietBy([aQuietPeriod({ ...always, ...spec })], question()) !== null).toBe(isQuiet);
  });

  it('given what is excepted, then it is told all the same', () => {
    const period = aQuietPeriod({ ...always, exceptSeverity: 'critical', exceptWorseTimes: 2 });
    expect(quietBy([period], question(anAlert({ severity: 'critical' })))).toBeNull();
    expect(quietBy([period], question(anAlert({ value: 20, firstValue: 10 })))).toBeNull();
    expect(quietBy([period], question(anAlert({ value: 19, firstValue: 10 })))).toBe(period);
  });

  it('given that an action is asked for, then only maintenance keeps it back', () => {
    const maintenance = aQuietPeriod({ ...always, kind: 'maintenance' }, 'upgrade');
    expect(quietBy([aQuietPeriod(always)], question(anAlert(), null))).toBeNull();
    expect(quietBy([aQuietPeriod(always), maintenance], question(anAlert(), null))?.name).toBe('upgrade');
  });
});
