/** CSDL JSON with its namespaces and their aliases laid out. */
export interface CsdlDocument {
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Alias -> namespace. */
  readonly aliases: ReadonlyMap<string, string>;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function namespacesOf(csdl: Record<string, unknown>): CsdlDocument {
  const namespaces = new Map<string, Record<string, unknown>>();
  const aliases = new Map<string, string>();
  for (const [name, namespace] of Object.entries(csdl)) {
    if (name.startsWith('$') || !isRecord(namespace)) continue;
    namespaces.set(name, namespace);
    if (typeof namespace['$Alias'] === 'string') aliases.set(namespace['$Alias'], name);
  }
  return { namespaces, aliases };
}

/** Finds a type by its qualified name, written with the namespace or with its alias. */
export function resolveType(
  document: CsdlDocument,
  qualified: string,
): { readonly name: string; readonly type: Record<string, unknown> | undefined } {
  const dot = qualified.lastIndexOf('.');
  const prefix = qualified.slice(0, dot);
  const namespace = document.aliases.get(prefix) ?? prefix;
  const local = qualified.slice(dot + 1);
  const members = document.namespaces.get(namespace);
  const type = members !== undefined && Object.hasOwn(members, local) ? members[local] : undefined;
  return { name: `${namespace}.${local}`, type: isRecord(type) ? type : undefined };
}
