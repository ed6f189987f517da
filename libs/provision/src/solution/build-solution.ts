import type { PlanItem } from '../plan-item';
import type { WantedTable } from '../wanted';
import { element, writeXml, type XmlElement } from '../xml';
import { customizations } from './customizations';
import { manifest } from './manifest';
import { planSolution, type SolutionTable } from './plan-solution';

export interface SolutionFile {
  readonly name: string;
  readonly text: string;
}

/** A solution of Dataverse, before it is packed. */
export interface Solution {
  readonly files: readonly SolutionFile[];
  readonly counts: SolutionCounts;
  /** What it does not bring: `dw provision apply` adds it, or a person. */
  readonly leftOut: readonly PlanItem[];
}

export interface SolutionCounts {
  /** Tables that are made. */
  readonly tables: number;
  /** Tables that every environment has, and that get something. */
  readonly standardTables: number;
  readonly columns: number;
  readonly lookups: number;
  readonly keys: number;
}

/** The files of an unmanaged solution that brings a new environment what is wanted. The same wants give the same text. */
export function buildSolution(wanted: readonly WantedTable[]): Solution {
  const { tables, leftOut } = planSolution(wanted);
  return {
    files: [
      { name: '[Content_Types].xml', text: writeXml(contentTypes()) },
      { name: 'customizations.xml', text: writeXml(customizations(tables)) },
      { name: 'solution.xml', text: writeXml(manifest(tables)) },
    ],
    counts: countsOf(tables),
    leftOut,
  };
}

function countsOf(tables: readonly SolutionTable[]): SolutionCounts {
  const columns = tables.flatMap((table) => table.columns);
  const lookups = columns.filter(({ type }) => type === 'lookup').length;
  const made = tables.filter((table) => table.made !== null).length;
  return {
    tables: made,
    standardTables: tables.length - made,
    columns: columns.length - lookups,
    lookups,
    keys: tables.flatMap(({ keys }) => keys).length,
  };
}

function contentTypes(): XmlElement {
  return element(
    'Types',
    [element('Default', [], { Extension: 'xml', ContentType: 'application/octet-stream' })],
    {
      xmlns: 'http://schemas.openxmlformats.org/package/2006/content-types',
    },
  );
}
