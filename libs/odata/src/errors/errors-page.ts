import { DATAVERSE_CODES, DATAVERSE_STATUSES } from './dataverse-errors';
import { CLASS_MEANINGS, type ErrorClass, type SheetError } from './error-class';
import { FO_ERRORS, SILENCES } from './fo-errors';

/** Every error that the connectors know, for the page and for lookups by people's tools. */
export const SHEET_ERRORS: readonly SheetError[] = [
  ...Object.values(SILENCES),
  ...Object.values<SheetError>(FO_ERRORS),
  ...DATAVERSE_CODES,
  ...Object.values<SheetError>(DATAVERSE_STATUSES),
];

/** `docs/reference/errors.md`, whole. */
export function errorsPage(): string {
  const classes = (Object.keys(CLASS_MEANINGS) as ErrorClass[]).map(
    (name) => `| \`${name}\` | ${CLASS_MEANINGS[name]} |`,
  );
  return [
    '# Errors of the two sides',
    '',
    'Made by `libs/odata` from the tables that its classifiers work with; `UPDATE_DOCS=1 npx jest -c libs/odata/jest.config.cjs errors-page`',
    'writes it anew. Codes are stable. Texts of the sides are localised, so nothing is decided by them alone.',
    '',
    '| class | what it means |',
    '|---|---|',
    ...classes,
    '',
    ...section('No answer', Object.values(SILENCES)),
    ...section('Finance and Operations', Object.values(FO_ERRORS)),
    ...section('Dataverse', [...DATAVERSE_CODES, ...Object.values(DATAVERSE_STATUSES)]),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function section(title: string, errors: readonly SheetError[]): string[] {
  return [
    `## ${title}`,
    '',
    '| code | class | seen as | means | remedy |',
    '|---|---|---|---|---|',
    ...errors.map(
      (error) =>
        `| \`${error.code}\` | ${error.class} | ${seenAs(error)} | ${error.meaning} | ${error.remedy} |`,
    ),
    '',
  ];
}

function seenAs({ statuses, sideCode }: SheetError): string {
  const own = sideCode === undefined ? [] : [`\`${sideCode}\``];
  return [statuses.join(', '), ...own].filter((part) => part !== '').join(' ') || 'silence';
}
