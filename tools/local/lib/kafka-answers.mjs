import { connect } from 'node:net';

/** ApiVersions, version 0: the one request that every broker answers to everybody, and only once it serves. */
function apiVersionsRequest() {
  const clientId = Buffer.from('dualwrite-local');
  const body = Buffer.alloc(10 + clientId.length);
  body.writeInt16BE(18, 0);
  body.writeInt16BE(0, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(clientId.length, 8);
  clientId.copy(body, 10);
  const frame = Buffer.alloc(4);
  frame.writeInt32BE(body.length, 0);
  return Buffer.concat([frame, body]);
}

/** Whether a Kafka broker serves at HOST:PORT. Plain sockets: this runs before anything is installed. */
export function kafkaAnswers(address, timeoutMs = 1000) {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => socket.write(apiVersionsRequest()));
    socket.once('data', (data) => finish(data.length >= 10 && data.readInt16BE(8) === 0));
    socket.once('end', () => finish(false));
  });
}
