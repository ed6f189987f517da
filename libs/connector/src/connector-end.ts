import { log } from '@dualwrite/telemetry';

/** Kafka is where it always is, or the word is not said: the marks of this replica are then in doubt, as before. */
const LAST_WORD_MS_MAX = 3_000;

/** How a connector's process ends when it cannot go on: with a word on what it has begun (rule 23). */
export class ConnectorEnd {
  /** Set once there is something to say. */
  sayLastWord: () => Promise<void> = () => Promise.resolve();
  private isEnding = false;

  /** Told to end: all is at rest and published. */
  async leave(): Promise<void> {
    await this.sayLastWord().catch((error: unknown) => log.warn('connector.last_word_unsaid', { error }));
  }

  /** The state is unknown: what is durable is right, so the process is better started again. */
  readonly crash = (error: unknown): void => {
    if (this.isEnding) return;
    this.isEnding = true;
    log.error('connector.crashed', { error });
    setTimeout(() => process.exit(1), LAST_WORD_MS_MAX);
    this.sayLastWord()
      .catch((unsaid: unknown) => log.warn('connector.last_word_unsaid', { error: unsaid }))
      .finally(() => process.exit(1));
  };
}
