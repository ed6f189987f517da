import { SIDES, type Side } from '@dualwrite/events';
import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import type { FeedDocument } from './feed-documents';

/** How the connectors find changes; a connector that does not answer is told, and hides no other. */
export class FeedsService {
  constructor(private readonly connectors: Readonly<Record<Side, InternalClient>>) {}

  async list(): Promise<{ readonly feeds: FeedDocument[]; readonly missing: Side[] }> {
    const answers = await Promise.all(SIDES.map((side) => this.ask(side)));
    return {
      feeds: answers.flatMap((feeds) => feeds ?? []),
      missing: SIDES.filter((_, index) => answers[index] === null),
    };
  }

  private async ask(side: Side): Promise<FeedDocument[] | null> {
    try {
      const { feeds } = await this.connectors[side].request<{ feeds: Omit<FeedDocument, 'side'>[] }>(
        '/feeds',
      );
      return feeds.map((feed) => ({ side, ...feed }));
    } catch (error) {
      if (!(error instanceof DependencyUnavailable || error instanceof DependencyRefused)) throw error;
      log.warn('console.feeds_unavailable', { side, error });
      return null;
    }
  }
}
