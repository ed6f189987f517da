import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { requireMaven } from './requirements.mjs';
import { EnvironmentLacks } from './environment-lacks.mjs';
import { runCommand } from './processes.mjs';
import { cacheFolder, workspaceRoot } from './workspace.mjs';

const source = path.join(workspaceRoot, 'tools/local/kafka');

/**
 * Folder with the jars of Apache Kafka (broker, command-line tools, a logging provider and its settings). Fetched
 * by Maven the first time, 10 s; named after the pom's content, so that a changed pom is fetched anew.
 */
export async function kafkaJars({ onTalk = () => undefined, signal } = {}) {
  const pom = await readFile(path.join(source, 'pom.xml'));
  const log = await readFile(path.join(source, 'log4j2.properties'));
  const name = createHash('sha256').update(pom).update(log).digest('hex').slice(0, 12);
  const home = path.join(cacheFolder(), `kafka-${name}`);
  if (await exists(home)) return home;

  const mvn = await requireMaven();
  onTalk('Fetching Apache Kafka (once, about 55 MB)');
  await mkdir(cacheFolder(), { recursive: true });
  // Beside its final place, then renamed: two launchers at once, or one that is killed, leave no half folder behind.
  const partial = await mkdtemp(`${home}.partial-`);
  await copyFile(path.join(source, 'pom.xml'), path.join(partial, 'pom.xml'));
  const { code, stdout } = await runCommand(
    mvn,
    ['-B', '-q', 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`, '-DincludeScope=runtime'],
    { cwd: partial, signal },
  );
  if (code !== 0) {
    await rm(partial, { recursive: true, force: true });
    const why = stdout.split('\n').find((line) => line.includes('ERROR')) ?? 'no reason given';
    throw new EnvironmentLacks(
      `Maven could not fetch Kafka: check the network or the mirror in ~/.m2/settings.xml, or set KAFKA_BROKERS to a Kafka of your own. (${why.trim()})`,
    );
  }
  await copyFile(path.join(source, 'log4j2.properties'), path.join(partial, 'log4j2.properties'));
  try {
    await rename(partial, home);
  } catch (error) {
    // Another launcher was faster: its folder is as good as ours.
    if (!(await exists(home))) throw error;
    await rm(partial, { recursive: true, force: true });
  }
  return home;
}

async function exists(file) {
  try {
    await access(file);
    return true;
  } catch {
    // access() has no other way to say no.
    return false;
  }
}
