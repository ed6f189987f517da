import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauges } from '@dualwrite/service';
import { SidePort } from './side-port';

/** Numbers of the side that every heartbeat tells: rules of alerting look at them (docs/reference/alerts.md). */
@Injectable()
export class SideGauges implements OnModuleInit {
  constructor(
    private readonly gauges: Gauges,
    private readonly side: SidePort,
  ) {}

  onModuleInit(): void {
    this.gauges.register('token-since-ms', () => this.side.tokenRenewedAtMs);
    this.gauges.register('api-budget-percent', () => this.side.budgets?.usedPercent() ?? null);
  }
}
