import { ConfigInvalid } from '@dualwrite/telemetry';
import { checkSettings } from '@dualwrite/service';
import { z } from 'zod';
import { sideUsers } from './user-credentials';
import { userList } from './user-list';

const schema = z.object({
  OAUTH_TOKEN_URL: z.url(),
  OAUTH_CLIENT_ID: z.string().default(''),
  OAUTH_CLIENT_SECRET: z.string().default(''),
  OAUTH_SCOPE: z.string().default(''),
  OAUTH_USERS: userList.default([]),
});
const TOKEN_URL = { OAUTH_TOKEN_URL: 'https://login.example/token' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    sideUsers(checkSettings(schema, { ...TOKEN_URL, ...env }), 'https://side.example', env);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}

describe('application users of a side', () => {
  it('one user by id and secret', () => {
    const env = { OAUTH_CLIENT_ID: 'one', OAUTH_CLIENT_SECRET: 'secret' };
    const users = sideUsers(checkSettings(schema, { ...TOKEN_URL, ...env }), 'https://side.example', env);
    expect(users.map(({ name }) => name)).toEqual(['one']);
  });

  it('several users, each with a kind of credential of his own', () => {
    const list = [
      { clientId: 'by-variable', secretEnv: 'SECRET_OF_ONE' },
      { clientId: 'by-file', secretFile: __filename },
      { clientId: 'by-certificate', certificateFile: __filename, keyFile: __filename },
      { clientId: 'by-platform', federatedTokenFile: __filename },
    ];
    const env = { OAUTH_USERS: JSON.stringify(list), SECRET_OF_ONE: 'secret' };
    const users = sideUsers(checkSettings(schema, { ...TOKEN_URL, ...env }), 'https://side.example', env);
    expect(users.map(({ name }) => name)).toEqual(list.map(({ clientId }) => clientId));
  });

  it('nothing given: says what is missing', () => {
    expect(problemsOf({})).toEqual([
      'OAUTH_CLIENT_ID: is required, or else OAUTH_USERS',
      'OAUTH_CLIENT_SECRET: is required, or else OAUTH_USERS',
    ]);
  });

  it('a secret by value is refused, and not repeated', () => {
    const [problem = ''] = problemsOf({
      OAUTH_USERS: JSON.stringify([{ clientId: 'one', clientSecret: 'hush-hush' }]),
    });
    expect(problem).toContain('OAUTH_USERS: each user is a clientId with one of secretEnv');
    expect(problem).not.toContain('hush');
  });

  it('no JSON, a user twice, both ways at once, references to nothing: all told', () => {
    expect(problemsOf({ OAUTH_USERS: 'one,two' })).toHaveLength(1);
    const twice = [
      { clientId: 'one', secretEnv: 'A' },
      { clientId: 'one', secretEnv: 'A' },
    ];
    expect(problemsOf({ OAUTH_USERS: JSON.stringify(twice) })).toEqual([
      'OAUTH_USERS: names a clientId twice',
    ]);
    const lost = [
      { clientId: 'one', secretEnv: 'NOT_SET' },
      { clientId: 'two', federatedTokenFile: '/no/such/file' },
    ];
    expect(problemsOf({ OAUTH_USERS: JSON.stringify(lost), OAUTH_CLIENT_ID: 'three' })).toEqual([
      'OAUTH_CLIENT_ID: must not be set beside OAUTH_USERS',
      'OAUTH_USERS: the variable NOT_SET is not set',
      'OAUTH_USERS: a file of two is not there',
    ]);
  });
});
