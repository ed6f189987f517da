import type { Companies } from '@dualwrite/events';

/** What is asked of a map's companies; codes in any case. */
export interface CompanyChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** These and no others; or all there are. */
  readonly only?: readonly string[] | 'all' | undefined;
}

/** A company that is added is served, one that is removed is not; all others stay as they were. */
export function changeCompanies(now: Companies, { add, remove, only }: CompanyChange): Companies {
  const start = only === undefined ? now : only === 'all' ? {} : { only: codes(only) };
  const added = new Set(codes(add));
  const removed = new Set(codes(remove));
  const except = [...(start.except ?? []), ...(start.only === undefined ? removed : [])];
  return tidy({
    ...(start.only && { only: [...start.only, ...added].filter((code) => !removed.has(code)) }),
    except: except.filter((code) => !added.has(code)),
  });
}

/** Sorted and each once, so that the same companies are always told alike. */
function tidy({ only, except = [] }: Companies): Companies {
  return {
    ...(only && { only: [...new Set(only)].sort() }),
    ...(except.length > 0 && { except: [...new Set(except)].sort() }),
  };
}

function codes(given: readonly string[]): string[] {
  return given.map((code) => code.toLowerCase());
}
