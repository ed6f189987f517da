import type { OnModuleDestroy } from '@nestjs/common';
import { EvaluationRunner } from './alerts/evaluation-runner';
import { Evaluator, type EvaluatorParts } from './alerts/evaluator';
import { DeliveryRunner, type DeliveryParts } from './deliveries/delivery-runner';

/** What runs beside the journal and the requests: one replica looks at the rules, every replica delivers. */
export class AlertingRuntime implements OnModuleDestroy {
  private readonly deliveries: DeliveryRunner;
  private readonly evaluation: EvaluationRunner;

  constructor(parts: EvaluatorParts & DeliveryParts & { readonly everyMs: number }) {
    this.deliveries = new DeliveryRunner(parts);
    this.evaluation = new EvaluationRunner(parts.database, new Evaluator(parts), {
      everyMs: parts.everyMs,
      onLooked: () => this.deliveries.wake(),
    });
  }

  start(): void {
    this.deliveries.start();
    this.evaluation.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.evaluation.stop(), this.deliveries.stop()]);
  }
}
