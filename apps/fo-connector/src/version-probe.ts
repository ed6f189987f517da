import type { FoClient } from '@dualwrite/odata';
import { log } from '@dualwrite/telemetry';

export interface VersionProbeOptions {
  readonly client: Pick<FoClient, 'refusesOldVersion'>;
  /** What an operator has said. */
  readonly declared: 'true' | 'false' | 'unknown';
  /** A row made for this, `SET(KEY='...')`; empty: there is none. */
  readonly testRow: string;
}

/**
 * Does F&O refuse a write that expects an old version? No documentation says so. An operator may have said it; else a row
 * that was named for it is asked, and never one of business; else it is not known, and that counts as no.
 */
export class VersionProbe {
  private known: boolean | null = null;

  constructor(private readonly options: VersionProbeOptions) {}

  async honoursVersions(): Promise<boolean> {
    return (this.known ??= await this.find());
  }

  private async find(): Promise<boolean> {
    const { client, declared, testRow } = this.options;
    if (declared !== 'unknown') return declared === 'true';
    if (testRow === '') {
      log.warn('fo.versions_unknown', {
        text: 'neither FO_HONOURS_IF_MATCH nor FO_TEST_ROW is set: class B',
      });
      return false;
    }
    const answer = await client.refusesOldVersion(testRow);
    log.info('fo.versions_probed', { testRow, answer });
    return answer === 'refused';
  }
}
