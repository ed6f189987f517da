import { EnvironmentLacks } from './environment-lacks.mjs';
import { runCommand } from './processes.mjs';

const NODE_FLOOR = [20, 19];
const JAVA_FLOOR = 17;

/** Needs nothing installed; called before anything that is not plain Node. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1])) return;
  throw new EnvironmentLacks(
    `Node.js ${version} is too old: install Node.js ${NODE_FLOOR.join('.')} or newer (https://nodejs.org) and run this again.`,
  );
}

/** The java command to use. @throws {EnvironmentLacks} there is none, or it is too old */
export async function requireJava(env = process.env) {
  const java = env.JAVA_HOME ? `${env.JAVA_HOME}/bin/java` : 'java';
  const remedy = `install a Java runtime, version ${JAVA_FLOOR} or newer (Debian/Ubuntu: apt install openjdk-17-jre-headless; macOS: brew install openjdk), or set KAFKA_BROKERS to a Kafka of your own.`;
  const answer = await outputOf(java, ['-version']);
  if (answer === null) throw new EnvironmentLacks(`Java is missing, Kafka runs on it: ${remedy}`);
  const found = /version "(\d+)/.exec(answer);
  if (found && Number(found[1]) < JAVA_FLOOR) {
    throw new EnvironmentLacks(`Java ${found[1]} is too old for Kafka: ${remedy}`);
  }
  return java;
}

/** The mvn command. @throws {EnvironmentLacks} there is none */
export async function requireMaven() {
  const answer = await outputOf('mvn', ['--version']);
  if (answer === null) {
    throw new EnvironmentLacks(
      'Maven is missing, it fetches Kafka once: install it (Debian/Ubuntu: apt install maven; macOS: brew install maven), or set KAFKA_BROKERS to a Kafka of your own.',
    );
  }
  return 'mvn';
}

async function outputOf(command, args) {
  try {
    const { code, stdout, stderr } = await runCommand(command, args);
    return code === 0 ? stdout + stderr : null;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EACCES') return null;
    throw error;
  }
}
