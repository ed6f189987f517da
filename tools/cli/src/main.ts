import { text } from 'node:stream/consumers';
import { EXIT } from './exit-codes';
import { runProgram } from './program';

process.on('SIGINT', () => {
  process.stderr.write('Interrupted. What the server was asked to do goes on.\n');
  process.exit(EXIT.interrupted);
});

void runProgram(process.argv.slice(2), {
  streams: { out: (data) => process.stdout.write(data), err: (data) => process.stderr.write(data) },
  environment: process.env,
  readInput: () => text(process.stdin),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
