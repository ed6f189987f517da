import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { ClientCredentials, type Credential, type SecretSource, type SideUser } from '@dualwrite/odata';
import type { Environment } from '@dualwrite/service';
import { ConfigInvalid } from '@dualwrite/telemetry';
import type { ConnectorSettings } from '../connector-settings';
import type { UserEntry } from './user-list';

type OauthSettings = Pick<
  ConnectorSettings,
  'OAUTH_TOKEN_URL' | 'OAUTH_CLIENT_ID' | 'OAUTH_CLIENT_SECRET' | 'OAUTH_SCOPE' | 'OAUTH_USERS'
>;

/**
 * The application users of the side, each with the credential that its setting refers to. Files are read at every use,
 * so that a rotated secret needs no restart; that they are there is asked at once.
 *
 * @param origin of the side; the default scope is its
 * @throws {ConfigInvalid} with all problems, as `NAME: rule`
 */
export function sideUsers(settings: OauthSettings, origin: string, env: Environment): SideUser[] {
  const problems: string[] = [];
  const scope = settings.OAUTH_SCOPE || `${origin}/.default`;
  const users = credentialsOf(settings, env, problems).map(({ clientId, credential }) => ({
    name: clientId,
    token: new ClientCredentials({ tokenUrl: settings.OAUTH_TOKEN_URL, clientId, credential, scope }),
  }));
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return users;
}

interface UserCredential {
  readonly clientId: string;
  readonly credential: Credential;
}

function credentialsOf(settings: OauthSettings, env: Environment, problems: string[]): UserCredential[] {
  const { OAUTH_USERS: entries, OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: secret } = settings;
  if (entries.length > 0) {
    if (clientId !== '') problems.push('OAUTH_CLIENT_ID: must not be set beside OAUTH_USERS');
    return entries.map((entry) => ({
      clientId: entry.clientId,
      credential: credentialOf(entry, env, problems),
    }));
  }
  if (clientId === '') problems.push('OAUTH_CLIENT_ID: is required, or else OAUTH_USERS');
  if (secret === '') problems.push('OAUTH_CLIENT_SECRET: is required, or else OAUTH_USERS');
  return [{ clientId, credential: { kind: 'secret', secret: () => Promise.resolve(secret) } }];
}

function credentialOf(entry: UserEntry, env: Environment, problems: string[]): Credential {
  const file = (path: string): SecretSource => {
    if (!existsSync(path)) problems.push(`OAUTH_USERS: a file of ${entry.clientId} is not there`);
    return () => readFile(path, 'utf8');
  };
  if ('secretEnv' in entry) {
    const secret = env[entry.secretEnv] ?? '';
    if (secret === '') problems.push(`OAUTH_USERS: the variable ${entry.secretEnv} is not set`);
    return { kind: 'secret', secret: () => Promise.resolve(secret) };
  }
  if ('secretFile' in entry) {
    const read = file(entry.secretFile);
    return { kind: 'secret', secret: async () => (await read()).trimEnd() };
  }
  if ('federatedTokenFile' in entry)
    return { kind: 'federated-token', token: file(entry.federatedTokenFile) };
  const parts = [entry.certificateFile, ...(entry.keyFile === undefined ? [] : [entry.keyFile])].map(file);
  return {
    kind: 'certificate',
    pem: async () => (await Promise.all(parts.map((read) => read()))).join('\n'),
  };
}
