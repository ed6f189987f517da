import { LineCounter, isNode, parseDocument, visit, type Document } from 'yaml';
import { checkForm } from './check-form';
import { Findings, hasErrors, type Finding, type Path } from './finding';
import type { TableMap } from './table-map';

export const MAP_FILE_BYTES_MAX = 1_048_576;
const ALIAS_COUNT_MAX = 100;
const DEPTH_MAX = 32;

/** Where a part of the document stands in its file; the nearest parent's place for what is not there. */
export type Locate = (path: Path) => { readonly line: number; readonly column: number } | null;

export interface ParsedMapFile {
  /** There where no finding is an error. */
  readonly map?: TableMap;
  readonly findings: readonly Finding[];
  readonly locate: Locate;
}

/** Reads one map file (YAML 1.2 or JSON). Says everything that is wrong with its form; the sides' schemas come later. */
export function parseMapFile(text: string, fileName: string): ParsedMapFile {
  const tooLarge = new Findings(() => ({ line: 1, column: 1 }));
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAP_FILE_BYTES_MAX) {
    tooLarge.error(
      'file-too-large',
      [],
      `${fileName} has ${bytes} bytes, a map file may have ${MAP_FILE_BYTES_MAX}`,
    );
    return { findings: tooLarge.list, locate: () => null };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const locate = locator(document, lines);
  const findings = new Findings(locate);
  for (const error of document.errors) {
    const place = lines.linePos(error.pos[0]);
    findings.list.push({
      code: 'yaml-syntax',
      severity: 'error',
      message: error.message,
      field: '',
      line: place.line,
      column: place.col,
    });
  }
  if (hasErrors(findings.list)) return { findings: findings.list, locate };
  if (depthOf(document) > DEPTH_MAX) {
    findings.error('yaml-too-deep', [], `${fileName} nests deeper than ${DEPTH_MAX} levels`);
    return { findings: findings.list, locate };
  }
  keepDigits(document);
  const json = toJson(document, findings);
  if (hasErrors(findings.list)) return { findings: findings.list, locate };
  const map = checkForm(json, findings);
  return {
    ...(map !== undefined && !hasErrors(findings.list) ? { map } : {}),
    findings: findings.list,
    locate,
  };
}

function toJson(document: Document, findings: Findings): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIAS_COUNT_MAX });
  } catch (error) {
    // The YAML library refuses what its aliases would blow up to ("billion laughs").
    findings.error('yaml-syntax', [], error instanceof Error ? error.message : String(error));
    return null;
  }
}

/** A number that JavaScript would write differently (`1.10`, 20 digits) stays as it was written. */
function keepDigits(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source)
        node.value = node.source;
    },
  });
}

function depthOf(document: Document): number {
  let depth = 0;
  visit(document, {
    Node(_, __, path) {
      depth = Math.max(depth, path.length);
    },
  });
  return depth / 2; // a pair and its value are two steps
}

function locator(document: Document, lines: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) {
        const place = lines.linePos(node.range[0]);
        return { line: place.line, column: place.col };
      }
    }
    return null;
  };
}
