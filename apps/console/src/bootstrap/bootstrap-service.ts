import type { Cells, OperatorWrite, RefusedRow } from '@dualwrite/events';
import { COMPANY_CODE_COLUMN, COMPANY_TABLE } from '@dualwrite/maps';
import type { FreshRow } from '@dualwrite/proof';
import { isPolymorphic, polymorphicCell } from '@dualwrite/schemas';
import type { SchemaSource } from '../definition-checker';
import { problem, type ProblemError } from '../problems';
import { bindTable, namesOf, type BoundTable, type KnownNames } from './bind-rules';
import type { BootstrapDocument } from './bootstrap-document';
import { chooseCompany, type CompanyChoice } from './choose-company';
import { readCursor, writeCursor, type Place } from './cursor';
import type { DataverseRows } from './dataverse-rows';
import type { OperatorWrites } from './operator-writes';
import { planTeams, teamWrite, type OwnerTeam } from './owner-teams';

export interface BootstrapAsked {
  readonly document: BootstrapDocument;
  readonly cursor: string | null;
  readonly apply: boolean;
  readonly actor: string;
}

/** What becomes of one row that had no company. */
export interface BootstrappedRow {
  readonly table: string;
  readonly id: string;
  /** `planned`: would be written; `none`, `several`: left alone. */
  readonly outcome: 'planned' | 'written' | 'refused' | 'none' | 'several';
  /** One, or those between which a person decides. */
  readonly companies: readonly string[];
  /** Places of the rules in the document that spoke of it, from 0. */
  readonly rules: readonly number[];
  readonly code: string | null;
  readonly text: string | null;
  /** What the rules looked at. */
  readonly cells: Cells;
}

export interface BootstrapPage {
  readonly rows: readonly BootstrappedRow[];
  readonly teams: readonly OwnerTeam[];
  /** Null: that was all. */
  readonly nextCursor: string | null;
}

export interface BootstrapSources {
  readonly rows: DataverseRows;
  readonly schemas: Pick<SchemaSource, 'find'>;
  readonly writes: Pick<OperatorWrites, 'write'>;
  readonly pageRowCount?: number;
}

interface Bound {
  readonly tables: readonly BoundTable[];
  readonly known: KnownNames;
  readonly teams: readonly OwnerTeam[];
  readonly units: readonly FreshRow[];
}

const PAGE_ROW_COUNT = 500;
const OWNER_COLUMN = 'ownerid';

/**
 * Gives rows of Dataverse that have no company one, page by page. Nothing is remembered between two pages but where the
 * next one begins: a row that has its company is not looked at again, so whoever starts anew goes on.
 */
export class BootstrapService {
  constructor(private readonly sources: BootstrapSources) {}

  async page({ document, cursor, apply, actor }: BootstrapAsked): Promise<BootstrapPage> {
    const place = readCursor(cursor);
    const bound = await this.bind(document);
    const reason = `company bootstrap ${document.metadata.name} by ${actor}`;
    const isFirst = cursor === null;
    const teams = isFirst && apply ? await this.makeTeams(bound, reason) : bound.teams;
    const table = bound.tables[place.table];
    if (table === undefined) return { rows: [], teams, nextCursor: null };
    const page = await this.sources.rows.withoutCompany(table.table, table.columns, {
      cursor: place.link,
      limit: this.sources.pageRowCount ?? PAGE_ROW_COUNT,
    });
    const chosen = page.rows
      .filter(({ cells }) => (cells[table.companyColumn] ?? null) === null)
      .map((row) => ({ row, choice: chooseCompany(table.rules, row.cells) }));
    const refused = apply ? await this.write({ table, bound, document, reason }, chosen) : null;
    const next: Place =
      page.nextCursor === null ? { table: place.table + 1, link: null } : { ...place, link: page.nextCursor };
    return {
      rows: chosen.map(({ row, choice }) => told(table, row, choice, refused)),
      teams,
      nextCursor: next.table < bound.tables.length ? writeCursor(next) : null,
    };
  }

  private write(
    by: { table: BoundTable; bound: Bound; document: BootstrapDocument; reason: string },
    chosen: readonly { row: FreshRow; choice: CompanyChoice }[],
  ): Promise<ReadonlyMap<string, RefusedRow>> {
    const { table, bound, document, reason } = by;
    const writes = chosen.flatMap(({ row, choice }): OperatorWrite[] => {
      if (choice.kind !== 'company') return [];
      const company = bound.known.companies.get(choice.company) ?? null;
      const owner = document.spec.ownerTeams === 'owns' ? ownerOf(table, bound, choice.company) : {};
      const patch = { [table.companyColumn]: company, ...owner };
      return [{ nativeId: row.nativeId, expects: row.version, patch }];
    });
    if (writes.length === 0) return Promise.resolve(new Map());
    return this.sources.writes.write(table.table, writes, reason);
  }

  private async makeTeams({ teams, units }: Bound, reason: string): Promise<readonly OwnerTeam[]> {
    const missing = teams.filter(({ state }) => state === 'missing');
    if (missing.length === 0) return teams;
    const writes = missing.map((team) => teamWrite(team, units));
    const [refusal] = (await this.sources.writes.write('team', writes, reason)).values();
    if (refusal !== undefined)
      throw problem(409, 'owner-team-refused', 'Dataverse does not take an owner team', {
        detail: `${refusal.text} (${refusal.code}). No row was changed.`,
      });
    return teams.map((team) => (team.state === 'missing' ? { ...team, state: 'made' } : team));
  }

  /** @throws {HttpException} the document names what is not there: all of it at once */
  private async bind(document: BootstrapDocument): Promise<Bound> {
    const { tables: names, rules, ownerTeams } = document.spec;
    const hasOwners = rules.some(({ owner }) => owner !== undefined);
    const hasTeams = ownerTeams !== 'none';
    const needsUnits = hasTeams || rules.some(({ businessUnit }) => businessUnit !== undefined);
    const { rows } = this.sources;
    const [companyRows, teamRows, users, units] = await Promise.all([
      rows.all(COMPANY_TABLE, [COMPANY_CODE_COLUMN]),
      hasOwners || hasTeams ? rows.all('team', ['name']) : [],
      hasOwners ? rows.all('systemuser', ['fullname', 'domainname']) : [],
      needsUnits ? rows.all('businessunit', ['name', 'parentbusinessunitid']) : [],
    ]);
    const companies = new Map(
      companyRows.map(({ nativeId, cells }) => [String(cells[COMPANY_CODE_COLUMN]).toLowerCase(), nativeId]),
    );
    const owners = namesOf([...teamRows, ...users], ['name', 'fullname', 'domainname']);
    const known: KnownNames = { companies, owners, units: namesOf(units, ['name']) };
    const errors: ProblemError[] = [];
    const tables: BoundTable[] = [];
    for (const name of names) {
      const made = bindTable(name, await this.sources.schemas.find('dataverse', name), document, known);
      errors.push(...made.errors);
      if (made.bound !== undefined) tables.push(made.bound);
    }
    if (errors.length > 0)
      throw problem(
        422,
        'bootstrap-invalid',
        'The document does not fit this environment; nothing was done',
        {
          errors: onceEach(errors),
        },
      );
    const codes = rules.map(({ company }) => company);
    const teams = hasTeams ? planTeams(codes, { companies, teams: teamRows, units }) : [];
    return { tables, known, teams, units };
  }
}

function ownerOf({ schema }: BoundTable, { teams }: Bound, company: string): Cells {
  const column = schema.columns.get(OWNER_COLUMN);
  const team = teams.find((one) => one.company === company);
  if (column === undefined || team === undefined) return {};
  return {
    [OWNER_COLUMN]: isPolymorphic(column) ? polymorphicCell({ table: 'team', id: team.id }) : team.id,
  };
}

/** @param refused null: nothing was to be written */
function told(
  { table, companyColumn }: BoundTable,
  { nativeId, cells }: FreshRow,
  choice: CompanyChoice,
  refused: ReadonlyMap<string, RefusedRow> | null,
): BootstrappedRow {
  const looked = Object.fromEntries(Object.entries(cells).filter(([column]) => column !== companyColumn));
  const row = { table, id: nativeId, cells: looked, code: null, text: null };
  if (choice.kind === 'none') return { ...row, outcome: 'none', companies: [], rules: [] };
  const { rules } = choice;
  if (choice.kind === 'several') return { ...row, outcome: 'several', companies: choice.companies, rules };
  const companies = [choice.company];
  if (refused === null) return { ...row, outcome: 'planned', companies, rules };
  const refusal = refused.get(nativeId);
  if (refusal === undefined) return { ...row, outcome: 'written', companies, rules };
  return { ...row, outcome: 'refused', companies, rules, code: refusal.code, text: refusal.text };
}

/** A rule for several tables is wrong once. */
function onceEach(errors: readonly ProblemError[]): readonly ProblemError[] {
  return [...new Map(errors.map((error) => [`${error.field}\n${error.message}`, error])).values()];
}
