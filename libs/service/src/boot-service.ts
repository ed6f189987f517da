import 'reflect-metadata';
import { Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Names } from '@dualwrite/events';
import { BatchStrategy, KafkaLink, Publisher } from '@dualwrite/kafka';
import { log, startTelemetry } from '@dualwrite/telemetry';
import { BearerGuard } from './bearer.guard';
import { commonTopics } from './common-topics';
import { Gauges } from './gauges';
import { HealthController } from './health.controller';
import { NestLog } from './nest-log';
import { ProblemFilter } from './problem.filter';
import { Readiness, type ReadinessCheck } from './readiness';
import { ServiceHeartbeat } from './service-heartbeat';
import { SERVICE_IDENTITY, type ServiceIdentity } from './service-identity';
import type { CommonSettings } from './settings';
import { watchParent } from './watch-parent';

export interface ServiceOptions {
  /** As in topics and groups: `mapper`, `fo-connector`. */
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly settings: CommonSettings;
  readonly readiness?: Readonly<Record<string, ReadinessCheck>>;
  /** Before the modules' own initialisation: static files, OpenAPI. */
  readonly configure?: (app: NestExpressApplication) => void | Promise<void>;
  /** All is wired, groups may be attached; the service counts as started once this resolves. */
  readonly onStarted?: (app: INestApplicationContext) => void | Promise<void>;
  readonly bodyBytesMax?: number;
  /** Routes whose bodies reach the handler as bytes, with a limit of their own: they are read without rounding a number. */
  readonly rawBodies?: { readonly pathPrefix: string; readonly bytesMax: number };
}

export interface RunningService {
  readonly app: NestExpressApplication;
  readonly url: string;
  /** Ends cleanly: no new work, running handlers may end, then everything is closed. */
  stop(): Promise<void>;
}

const BODY_BYTES_MAX = 1_048_576;
const SHUTDOWN_TIMEOUT_MS = 15_000;

@Module({})
class ServiceRoot {}

/**
 * Boots one service: telemetry, Nest with health, token guard and problem answers, the Kafka strategy and heartbeat where
 * the app imports KafkaModule; then prints `service.listening`. Ends on SIGTERM, SIGINT, the death of PARENT_PID, or
 * when a consumer cannot go on.
 */
export async function bootService(options: ServiceOptions): Promise<RunningService> {
  const { name, settings, configure, onStarted } = options;
  const identity: ServiceIdentity = { service: name, instance: settings.INSTANCE_ID };
  const telemetry = await startTelemetry({ ...identity, env: settings });
  dieOnStrayErrors();

  const app = await NestFactory.create<NestExpressApplication>(rootModule(options, identity), {
    logger: new NestLog(),
    abortOnError: false,
    bodyParser: false,
  });
  app.disable('x-powered-by');
  const { rawBodies } = options;
  if (rawBodies) {
    // Before the other parser: a body is read once.
    const isRaw = (request: { url?: string }): boolean =>
      request.url?.startsWith(rawBodies.pathPrefix) ?? false;
    app.useBodyParser('raw', { type: isRaw, limit: rawBodies.bytesMax });
  }
  app.useBodyParser('json', { limit: options.bodyBytesMax ?? BODY_BYTES_MAX });
  app.useGlobalGuards(new BearerGuard(settings.API_TOKEN));
  app.useGlobalFilters(new ProblemFilter());
  await configure?.(app);

  const readiness = app.get(Readiness);
  for (const [checkName, check] of Object.entries(options.readiness ?? {}))
    readiness.register(checkName, check);
  const kafka = await startKafka(app, identity, settings, readiness);

  await app.listen(settings.PORT, settings.HOST);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  await onStarted?.(app);
  readiness.hasStarted = true;
  await kafka?.heartbeat.start();

  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= shutDown());
  const shutDown = async () => {
    readiness.isStopping = true;
    await kafka?.heartbeat.stop();
    await app.close();
    await kafka?.link.close();
    await telemetry.shutdown();
  };
  endWithSignals(stop, settings.PARENT_PID);
  announce(identity, url);
  return { app, url, stop };
}

function rootModule({ module }: ServiceOptions, identity: ServiceIdentity): DynamicModule {
  return {
    module: ServiceRoot,
    global: true,
    imports: [module],
    controllers: [HealthController],
    providers: [Readiness, Gauges, { provide: SERVICE_IDENTITY, useValue: identity }],
    exports: [Readiness, Gauges, SERVICE_IDENTITY],
  };
}

async function startKafka(
  app: NestExpressApplication,
  { service, instance }: ServiceIdentity,
  settings: CommonSettings,
  readiness: Readiness,
): Promise<{ link: KafkaLink; heartbeat: ServiceHeartbeat } | undefined> {
  const link = optional(app, KafkaLink);
  const strategy = optional(app, BatchStrategy);
  const publisher = optional(app, Publisher);
  if (link === undefined || strategy === undefined || publisher === undefined) return undefined;
  link.onCrash((error) => die('kafka.consumer_crashed', error));
  const names = new Names(settings.TOPIC_PREFIX);
  await link.ensureTopics(commonTopics(names));
  app.connectMicroservice({ strategy }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  const gauges = app.get(Gauges);
  const options = { publisher, names, service, instance, readiness, gauges };
  return { link, heartbeat: new ServiceHeartbeat(options) };
}

function optional<T>(app: INestApplicationContext, token: Type<T>): T | undefined {
  try {
    return app.get(token, { strict: false });
  } catch (error) {
    // Nest tells that a provider is not there by throwing; an app without Kafka is fine.
    log.debug('service.without_provider', { provider: token.name, error });
    return undefined;
  }
}

function announce(identity: ServiceIdentity, url: string): void {
  // Not through the log: starters wait for this line whatever the level is.
  const line = {
    event: 'service.listening',
    url,
    ...identity,
    pid: process.pid,
    at: new Date().toISOString(),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function endWithSignals(stop: () => Promise<void>, parentPid: number | undefined): void {
  const end = (reason: string) => {
    log.info('service.stopping', { reason });
    const timer = setTimeout(() => {
      log.warn('service.stop_timed_out', { timeoutMs: SHUTDOWN_TIMEOUT_MS });
      process.exit(1);
    }, SHUTDOWN_TIMEOUT_MS);
    timer.unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => die('service.stop_failed', error),
    );
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  if (parentPid !== undefined) watchParent(parentPid, () => end('parent is gone'));
}

/** What nobody caught leaves an unknown state behind: log it in our form and let the process be started again. */
function dieOnStrayErrors(): void {
  process.on('uncaughtException', (error) => die('service.uncaught_exception', error));
  process.on('unhandledRejection', (error) => die('service.unhandled_rejection', error));
}

function die(event: string, error: unknown): never {
  log.error(event, { error });
  process.exit(1);
}
