import type { Side } from '@dualwrite/events';

/** What a check of a connection came to. Anything but `ok` has a remedy. */
export interface CheckResult {
  readonly side: Side;
  /** Stable: documented in `docs/reference/checks.md`. */
  readonly code: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly what: string;
  readonly remedy: string | null;
}

export interface SideChecks {
  readonly checks: readonly CheckResult[];
  /** Codes of the companies that the side has, as it writes them; null: they could not be read. */
  readonly companies: readonly string[] | null;
}

/** The companies of both sides held against each other: a row of a company that the other side lacks waits. */
export function checkCompanies(fo: readonly string[], dataverse: readonly string[]): CheckResult {
  const plain = (codes: readonly string[]): string[] => codes.map((code) => code.trim().toLowerCase());
  const [ours, theirs] = [plain(fo), plain(dataverse)];
  const twice = theirs.filter((code, index) => code !== '' && theirs.indexOf(code) !== index);
  const namelessCount = theirs.filter((code) => code === '').length;
  const onlyThere = theirs.filter((code) => code !== '' && !ours.includes(code));
  const missing = ours.filter((code) => !theirs.includes(code));
  const base = { side: 'dataverse', code: 'companies' } as const;
  if (twice.length > 0 || namelessCount > 0)
    return {
      ...base,
      state: 'failed',
      what: `companies of one code: ${list(twice)}; without a code: ${namelessCount}`,
      remedy: 'Give each company in Dataverse one row with its own cdm_companycode, and remove the others.',
    };
  if (onlyThere.length > 0)
    return {
      ...base,
      state: 'failed',
      what: `companies that F&O does not have: ${list(onlyThere)}`,
      remedy: 'Make them in F&O, or mend their cdm_companycode: rows that belong to them cannot travel.',
    };
  if (missing.length > 0)
    return {
      ...base,
      state: 'warning',
      what: `companies that Dataverse does not have yet: ${list(missing)}`,
      remedy: 'Run the map of legal entities, or make them; their rows wait until then.',
    };
  return { ...base, state: 'ok', what: `both sides have the same ${ours.length} companies`, remedy: null };
}

function list(codes: readonly string[]): string {
  return codes.length === 0 ? 'none' : [...new Set(codes)].sort().join(', ');
}
