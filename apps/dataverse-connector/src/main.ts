import { bootConnector } from '@dualwrite/connector';
import { parseSettings, runMain } from '@dualwrite/service';
import { AppModule } from './app.module';
import { dataverseSettings } from './dataverse-settings';

runMain(async () => {
  const settings = parseSettings(dataverseSettings, process.env);
  await bootConnector({
    service: 'dataverse-connector',
    module: await AppModule.forRoot(settings, process.env),
    settings,
  });
});
