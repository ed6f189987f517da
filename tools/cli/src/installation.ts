import { readFile } from 'node:fs/promises';
import { EXIT } from './exit-codes';
import { failed } from './problem';

/** Where the console is, and the token that opens it. */
export interface Installation {
  readonly url: string;
  readonly token: string;
}

export interface InstallationOptions {
  readonly stack?: string;
  readonly url?: string;
  readonly token?: string;
}

export const STACK_FILE_DEFAULT = '.dualwrite/stack.json';

/**
 * Flags win over DW_URL and DW_TOKEN, these over the stack file that `npm start` writes.
 *
 * @throws {CommandFailed} no installation is named, or the stack file does not say where the console is
 */
export async function findInstallation(
  options: InstallationOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Installation> {
  const url = options.url ?? environment['DW_URL'];
  const token = options.token ?? environment['DW_TOKEN'];
  if (url && token) return { url: httpUrl(url, options.url ? '--url' : 'DW_URL'), token };
  const stack = await readStack(
    options.stack ?? STACK_FILE_DEFAULT,
    options.stack !== undefined || url !== undefined,
  );
  return {
    url: url ? httpUrl(url, options.url ? '--url' : 'DW_URL') : stack.url,
    token: token ?? stack.token,
  };
}

async function readStack(file: string, isNamed: boolean): Promise<Installation> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const remedy =
      'Start one with `npm start`, or name it with --stack FILE, or with --url and --token (DW_URL, DW_TOKEN).';
    throw Object.assign(
      failed(
        isNamed ? EXIT.invalid : EXIT.unreachable,
        'no-installation',
        'No running installation was found',
        {
          detail: `${file} cannot be read. ${remedy}`,
        },
      ),
      { cause },
    );
  }
  const link = signInLinkOf(text);
  const url = link && URL.canParse(link) ? new URL(link) : undefined;
  const token = url?.searchParams.get('token');
  if (!url || !token) {
    throw failed(EXIT.invalid, 'stack-file-invalid', 'The stack file does not say where the console is', {
      detail: `${file} has no console.signInLink with a token; is the installation still starting?`,
    });
  }
  return { url: url.origin, token };
}

function signInLinkOf(text: string): string | undefined {
  let stack: unknown;
  try {
    stack = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(failed(EXIT.invalid, 'stack-file-invalid', 'The stack file is not JSON'), { cause });
  }
  const console = member(stack, 'console');
  const link = member(console, 'signInLink');
  return typeof link === 'string' ? link : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function httpUrl(url: string, argument: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  throw failed(EXIT.invalid, 'url-invalid', `${argument} is not an http or https address`, {
    detail: `It got "${url}".`,
  });
}
