import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  /** Name and password that were signed in with. */
  readonly user: string | undefined;
  /** Headers and body as they came. */
  readonly source: string;
}

/** A real mail server that keeps what it gets; the first `refuseCount` mails are refused for now. */
export async function mailServer(): Promise<{
  readonly url: string;
  readonly port: number;
  readonly mails: ReceivedMail[];
  refuseCount: number;
  close(): Promise<void>;
}> {
  const mails: ReceivedMail[] = [];
  const state = { refuseCount: 0 };
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, callback) => callback(null, { user: `${auth.username} ${auth.password}` }),
    onData: (stream, session, callback) => {
      void text(stream).then((source) => {
        if (state.refuseCount > 0) {
          state.refuseCount -= 1;
          return callback(Object.assign(new Error('try again later'), { responseCode: 451 }));
        }
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, user: session.user, source });
        callback();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://alerts:pass@127.0.0.1:${port}`,
    port,
    mails,
    get refuseCount() {
      return state.refuseCount;
    },
    set refuseCount(count) {
      state.refuseCount = count;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export interface ReceivedPost {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An HTTP receiver that keeps what is posted to it. */
export async function postReceiver(
  answer: (post: ReceivedPost) => { readonly status: number; readonly location?: string } = () => ({
    status: 204,
  }),
): Promise<{ readonly url: string; readonly posts: ReceivedPost[]; close(): Promise<void> }> {
  const posts: ReceivedPost[] = [];
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const post = { path: request.url ?? '', headers: request.headers as Record<string, string>, body };
      posts.push(post);
      const { status, location } = answer(post);
      if (location !== undefined) response.setHeader('location', location);
      if (status === 200) response.setHeader('content-type', 'application/json');
      response.writeHead(status).end(status === 200 ? '{}' : undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
