import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError, type Command } from 'commander';
import { CommandLine } from './command-line';
import { buildProgram } from './program';

const ROOT = path.resolve(__dirname, '../../..');
const FOLDERS = ['docs', 'deploy'];

/** `dw` as it stands in the documentation. */
interface Documented {
  readonly file: string;
  readonly text: string;
  /** Words after `dw`. */
  readonly words: readonly string[];
  /** In a block, to be typed as it is; otherwise named in a sentence, perhaps without its arguments. */
  readonly isWhole: boolean;
}

describe('commands in the documentation', () => {
  const program = buildProgram(
    new CommandLine({
      streams: { out: () => undefined, err: () => undefined },
      environment: {},
      readInput: () => Promise.resolve(''),
    }),
  );
  const documented = markdownFiles().flatMap(documentedIn);

  it('there are many of them', () => {
    expect(documented.length).toBeGreaterThan(150);
  });

  it('each is one that dw understands: its words, its options with their values, the count of its arguments', () => {
    const wrong = documented.flatMap((one) => {
      const problem = problemOf(program, one);
      return problem === null ? [] : [`${one.file}: ${one.text}: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each(leaves(program).map((leaf) => [nameOf(leaf), leaf] as const))(
    'the examples in the help of %s are understood, and it tells its exit codes',
    (_, leaf) => {
      const help: string[] = [];
      leaf.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp();
      const text = help.join('');
      if (leaf.name() === 'help') return;
      const examples = [...text.matchAll(/\$ (.*)/g)].flatMap(([, example = '']) =>
        commandsIn(example).map((words) => ({ file: 'help', text: example, words, isWhole: true })),
      );
      expect(examples.length).toBeGreaterThan(0);
      expect(examples.map((example) => problemOf(program, example)).filter(Boolean)).toEqual([]);
      expect(text).toMatch(/Exit codes: 0( \d+)* \(dw help exit-codes\)/);
    },
  );
});

function markdownFiles(): string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => path.join(folder, file)),
  );
  return ['README.md', ...below];
}

function documentedIn(file: string): Documented[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const blocks = [...text.matchAll(/^ *```.*\n([^]*?)^ *```/gm)].map(([, block = '']) => block);
  const whole = blocks.flatMap((block) => block.split('\n'));
  const named = [...text.replace(/^ *```[^]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) =>
    // One of several that are named: `--winner fo|dataverse`.
    code.replace(/(\w)\|\w+/g, '$1'),
  );
  const of = (lines: readonly string[], isWhole: boolean): Documented[] =>
    lines.flatMap((line) => commandsIn(line).map((words) => ({ file, text: line.trim(), words, isWhole })));
  return [...of(whole, true), ...of(named, false)];
}

/** What a shell would hand to `dw` in this line, for each time that it stands there. */
function commandsIn(line: string): string[][] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
  const comment = words.findIndex((word) => word.startsWith('#'));
  const commands: string[][] = [[]];
  for (const word of comment < 0 ? words : words.slice(0, comment))
    if (['&&', '||', '|', '>', ';'].includes(word)) commands.push([]);
    else commands.at(-1)?.push(word);
  return commands.flatMap((command) => {
    const plain = command.join(' ').startsWith('npm run dw -- ') ? command.slice(2) : command;
    const [first, ...rest] = plain[0] === 'npx' ? plain.slice(1) : plain;
    return first === 'dw' ? [rest[0] === '--' ? rest.slice(1) : rest] : [];
  });
}

function problemOf(program: Command, { words, isWhole }: Documented): string | null {
  let command = program;
  let at = 0;
  for (; at < words.length && command.commands.length > 0; at++) {
    const next = command.commands.find((one) => [one.name(), ...one.aliases()].includes(words[at] ?? ''));
    if (next === undefined) break;
    command = next;
  }
  const isGroup = command.commands.length > 0;
  if (isGroup) return isWhole || at < words.length ? `there is no command ${words[at] ?? ''}` : null;
  try {
    const { operands, unknown } = command.parseOptions(words.slice(at));
    if (unknown.length > 0) return `it does not know ${unknown.join(' ')}`;
    return isWhole ? argumentsProblem(command, operands, words) : null;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

function argumentsProblem(
  command: Command,
  operands: readonly string[],
  words: readonly string[],
): string | null {
  const expected = command.registeredArguments;
  const needed = expected.filter(({ required }) => required).length;
  const isOpen = expected.some(({ variadic }) => variadic);
  if (operands.length < needed) return `it needs ${needed} arguments`;
  if (operands.length > expected.length && !isOpen) return `it takes ${expected.length} arguments`;
  const missing = command.options.find(
    ({ mandatory, long, short }) => mandatory && !words.some((word) => word === long || word === short),
  );
  return missing === undefined ? null : `it needs ${missing.flags}`;
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
