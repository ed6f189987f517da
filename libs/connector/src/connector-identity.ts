import { Names, type Side } from '@dualwrite/events';

/** Who this process is. */
export class ConnectorIdentity {
  constructor(
    readonly side: Side,
    /** `fo-connector`, `dataverse-connector`. */
    readonly service: string,
    readonly instance: string,
    readonly names: Names,
    /** Tables that this deployment serves; empty: all. */
    readonly tables: readonly string[],
  ) {}

  serves(table: string): boolean {
    return this.tables.length === 0 || this.tables.includes(table);
  }

  /** Deployments that serve different tables must not share a group: each would get what only the other can do. */
  group(purpose: string): string {
    const selector = this.tables.length === 0 ? '' : `.${[...this.tables].sort().join('-')}`;
    return `${this.names.serviceGroup(this.service, purpose)}${selector}`;
  }
}
