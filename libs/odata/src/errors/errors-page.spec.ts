import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SideFailureKind } from '../side-failure';
import type { ErrorClass } from './error-class';
import { errorsPage, SHEET_ERRORS } from './errors-page';

const PAGE = path.resolve(__dirname, '../../../../docs/reference/errors.md');
/** What a class may become in the connector. An expired token is gone, yet told as a refusal of the feed's request. */
const FAILURES: Readonly<Record<ErrorClass, readonly SideFailureKind[]>> = {
  retryable: ['unavailable', 'lost', 'throttled'],
  'refused-data': ['rejected'],
  'refused-caller': ['refused-caller'],
  gone: ['not-found', 'rejected'],
  conflict: ['precondition-failed', 'duplicate'],
  throttled: ['throttled'],
};

describe('the errors of both sides', () => {
  it('docs/reference/errors.md is what the tables say', () => {
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, errorsPage());
    expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '').toBe(errorsPage());
  });

  it('have a code each, of their own, with meaning and remedy', () => {
    const codes = SHEET_ERRORS.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code, meaning, remedy } of SHEET_ERRORS) {
      expect(code).toMatch(/^(?:side|fo|dataverse)\.[a-z-]+$/);
      expect([meaning.length, remedy.length].every((length) => length > 20)).toBe(true);
    }
  });

  it.each(SHEET_ERRORS.map((error) => [error.code, error] as const))(
    '%s fails as its class says',
    (_, error) => {
      expect(FAILURES[error.class]).toContain(error.failure);
    },
  );
});
