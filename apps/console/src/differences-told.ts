import { Injectable } from '@nestjs/common';
import { log } from '@dualwrite/telemetry';
import { AlertingClient } from './alerting-client';

/** Tells alerting how many rows were found to differ, for rules on them. */
@Injectable()
export class DifferencesTold {
  constructor(private readonly alerting: AlertingClient) {}

  /** Whoever asked for the proof gets its answer whether or not alerting is there; the next one tells it anew. */
  async tell(maps: readonly { readonly map: string; readonly count: number }[]): Promise<void> {
    if (maps.length === 0) return;
    try {
      await this.alerting.request('alerting/differences', { method: 'POST', body: { maps } });
    } catch (error) {
      log.warn('console.differences_not_told', { mapCount: maps.length, error });
    }
  }
}
