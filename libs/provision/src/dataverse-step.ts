import type { ColumnDefinition, TableDefinition } from './table-definition';

/** One documented call that brings Dataverse nearer to what is wanted. None takes anything away. */
export type DataverseStep =
  | {
      readonly kind: 'create-table';
      readonly definition: TableDefinition;
      readonly columns: readonly ColumnDefinition[];
    }
  | { readonly kind: 'create-column'; readonly table: string; readonly column: ColumnDefinition }
  | { readonly kind: 'create-key'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'track-changes'; readonly table: string }
  | { readonly kind: 'create-endpoint'; readonly endpoint: EndpointSettings }
  | { readonly kind: 'change-endpoint'; readonly id: string; readonly endpoint: EndpointSettings }
  | { readonly kind: 'create-step'; readonly step: StepSettings }
  | { readonly kind: 'change-step'; readonly id: string; readonly step: StepSettings };

export interface EndpointSettings {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** What can be read back of the key. */
  readonly fingerprint: string;
}

export interface StepSettings {
  readonly name: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly filterId: string;
  /** Update only: columns of which one must be written. */
  readonly filtering: string | null;
}
