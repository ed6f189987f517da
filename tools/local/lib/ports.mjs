import { createServer } from 'node:net';

/** Whether nobody listens on this port of the loopback address. */
export function isPortFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Ports that are free now, all different. They are held together while being drawn, so none comes twice. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen({ port: 0, host: '127.0.0.1' }, () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The port that was used last time if it is free, else a new one: URLs stay across restarts where they can. */
export async function keepPort(known) {
  if (known && (await isPortFree(known))) return known;
  return (await freePorts(1))[0];
}
