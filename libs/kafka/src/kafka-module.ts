import { Global, Module, type DynamicModule } from '@nestjs/common';
import { BatchStrategy } from './batch-strategy';
import type { KafkaLinkOptions } from './kafka-client';
import { KafkaLink } from './kafka-link';
import { Publisher } from './publisher';

/** Gives every module of an app the process's `KafkaLink`, `Publisher` and `BatchStrategy`. */
@Global()
@Module({})
export class KafkaModule {
  static forRoot(options: KafkaLinkOptions): DynamicModule {
    const link = new KafkaLink(options);
    return {
      module: KafkaModule,
      providers: [
        { provide: KafkaLink, useValue: link },
        { provide: Publisher, useValue: link.producer() },
        { provide: BatchStrategy, useValue: new BatchStrategy(link) },
      ],
      exports: [KafkaLink, Publisher, BatchStrategy],
    };
  }
}
