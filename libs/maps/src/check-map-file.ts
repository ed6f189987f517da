import type { Finding } from './finding';
import { parseMapFile } from './parse-map-file';
import type { ResolvedMap } from './resolved-map';
import { resolveMap, type SideSchemas } from './resolve-map';

/** Reads a map file and holds it against both sides' schemas; every finding has its place in the file. */
export function checkMapFile(
  text: string,
  fileName: string,
  schemas: SideSchemas,
): { readonly map?: ResolvedMap; readonly findings: readonly Finding[] } {
  const parsed = parseMapFile(text, fileName);
  if (parsed.map === undefined) return { findings: parsed.findings };
  const resolved = resolveMap(parsed.map, schemas, parsed.locate);
  return { ...resolved, findings: [...parsed.findings, ...resolved.findings] };
}
