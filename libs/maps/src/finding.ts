/** Stable codes: scripts and docs refer to them, never to the words. */
export type FindingCode =
  | 'file-too-large'
  | 'yaml-syntax'
  | 'yaml-too-deep'
  | 'schema'
  | 'duplicate-field'
  | 'field-without-column'
  | 'constant-without-default'
  | 'constant-direction'
  | 'default-both-ways'
  | 'value-map-ambiguous'
  | 'value-map-value'
  | 'default-value'
  | 'unknown-table'
  | 'unknown-column'
  | 'unknown-lookup-key'
  | 'not-a-lookup'
  | 'lookup-needs-path'
  | 'lookup-target-ambiguous'
  | 'lookup-too-deep'
  | 'types-do-not-fit'
  | 'filter-syntax'
  | 'filter-column'
  | 'filter-value'
  | 'class-b'
  | 'reference-column'
  | 'last-change-column'
  | 'deactivate-column'
  | 'deactivate-value'
  | 'company-column'
  | 'company-missing'
  | 'key-not-mapped'
  | 'text-may-not-fit'
  | 'digits-may-be-lost';

/** One thing that is wrong with a map, or worth knowing: what, where, and how to mend it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Path in the document: `spec.fields[3].dataverse`. */
  readonly field: string;
  /** From 1; null where the map did not come from a file. */
  readonly line: number | null;
  readonly column: number | null;
}

export type Path = readonly (string | number)[];

export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const isPlain = /^[\w-]+$/.test(part);
    return isPlain ? (text === '' ? part : `${text}.${part}`) : `${text}[${JSON.stringify(part)}]`;
  }, '');
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** Gathers findings, so that all are shown at once. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(
    private readonly locate: (path: Path) => { line: number; column: number } | null = () => null,
  ) {}

  error(code: FindingCode, path: Path, message: string): void {
    this.add(code, 'error', path, message);
  }
  warning(code: FindingCode, path: Path, message: string): void {
    this.add(code, 'warning', path, message);
  }
  private add(code: FindingCode, severity: Finding['severity'], path: Path, message: string): void {
    const place = this.locate(path);
    this.list.push({
      code,
      severity,
      message,
      field: pathText(path),
      line: place?.line ?? null,
      column: place?.column ?? null,
    });
  }
}
