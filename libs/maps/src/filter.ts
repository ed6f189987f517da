export type CompareOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** `bare`: an unquoted word or number; what it means depends on the column that it is compared with. */
export interface FilterLiteral {
  readonly kind: 'text' | 'bare' | 'null';
  readonly text: string;
}

/** A row filter as a tree; nothing of it is ever handed to an evaluator of code. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly operator: CompareOperator;
      readonly literal: FilterLiteral;
    };

/** `fo`: F&O query expression, `((PartyType == "Organization"))`; `odata`: `customertypecode eq 3`. */
export type FilterDialect = 'fo' | 'odata';

export interface FilterProblem {
  readonly message: string;
  /** Characters from the start of the expression. */
  readonly offset: number;
}

/** Columns that a filter reads, as it spells them. */
export function filterColumns(filter: Filter): string[] {
  switch (filter.kind) {
    case 'compare':
      return [filter.column];
    case 'not':
      return filterColumns(filter.part);
    default:
      return filter.parts.flatMap(filterColumns);
  }
}
