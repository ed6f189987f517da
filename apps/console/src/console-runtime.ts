import { Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, Publisher } from '@dualwrite/kafka';
import { OutboxPublisher } from '@dualwrite/persistence';
import { followStatus } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { RequestAnswers } from './bootstrap/request-answers';
import { GuardKeeper } from './guards/guard-keeper';
import { RollingKeeper } from './rolling/rolling-keeper';
import { StatusBook } from './status-book';

/** What runs beside the requests: the outbox goes out, dw.status comes in. */
@Injectable()
export class ConsoleRuntime implements OnModuleDestroy, OnApplicationShutdown {
  private readonly outbox: OutboxPublisher;

  constructor(
    private readonly link: KafkaLink,
    private readonly names: Names,
    private readonly book: StatusBook,
    private readonly database: DataSource,
    private readonly guards: GuardKeeper,
    private readonly answers: RequestAnswers,
    private readonly rolling: RollingKeeper,
    publisher: Publisher,
  ) {
    this.outbox = new OutboxPublisher(database, publisher, {
      onFatal: (error) => {
        log.error('console.outbox_refused', { error });
        process.exit(1);
      },
    });
  }

  async start(instance: string): Promise<void> {
    this.outbox.start();
    await followStatus({
      link: this.link,
      names: this.names,
      service: 'console',
      instance,
      onStatus: (status) => {
        this.book.note(status);
        this.answers.note(status);
      },
    });
    this.guards.start();
    this.rolling.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rolling.stop();
    await this.guards.stop();
    await this.outbox.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }
}
