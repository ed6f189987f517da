import type { Type } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { OutboxPublisher } from '@dualwrite/persistence';
import { bootService, type RunningService } from '@dualwrite/service';
import { ConnectorEngine } from './connector-engine';
import { ConnectorHealth } from './connector-health';
import type { ConnectorSettings } from './connector-settings';

/** Boots a connector whose module imports ConnectorModule. */
export function bootConnector(options: {
  readonly service: string;
  readonly module: Type | DynamicModule;
  readonly settings: ConnectorSettings;
}): Promise<RunningService> {
  const { service, module, settings } = options;
  let health: ConnectorHealth | undefined;
  return bootService({
    name: service,
    module,
    settings,
    readiness: { side: () => health?.check() ?? 'is starting' },
    onStarted: async (app) => {
      health = app.get(ConnectorHealth, { strict: false });
      const engine = app.get(ConnectorEngine, { strict: false });
      await engine.open();
      app.get(OutboxPublisher, { strict: false }).start();
      await engine.start();
    },
  });
}
