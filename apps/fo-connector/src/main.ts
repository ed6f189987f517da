import { bootConnector } from '@dualwrite/connector';
import { parseSettings, runMain } from '@dualwrite/service';
import { AppModule } from './app.module';
import { foSettings } from './fo-settings';

runMain(async () => {
  const settings = parseSettings(foSettings, process.env);
  await bootConnector({
    service: 'fo-connector',
    module: await AppModule.forRoot(settings, process.env),
    settings,
  });
});
