import { Command, CommanderError } from 'commander';
import { addAlertCommands } from './alert-commands';
import { addCallCommand } from './call-command';
import { addDocumentCommand } from './document-command';
import { addBootstrapCommands } from './bootstrap-commands';
import { addCheckCommand } from './check-command';
import { CommandLine, formOf, withCommonOptions, type Surroundings } from './command-line';
import { EXIT, EXIT_MEANINGS } from './exit-codes';
import { addConflictCommand } from './conflict-command';
import { addGuardCommands } from './guard-commands';
import { addDeleteCommands } from './delete-commands';
import { addFeedsCommand } from './feeds-command';
import { addJournalCommands } from './journal-commands';
import { addMapCommands } from './map-commands';
import { addOperationCommands } from './operation-commands';
import { writeFailure } from './output';
import { addPairCommands } from './pair-commands';
import { CommandFailed, failed } from './problem';
import { addProvisionCommands } from './provision-commands';
import { addProveCommand } from './prove-command';
import { addRepairCommand } from './repair-command';
import { addReplayCommands } from './replay-commands';
import { addRollingCommands } from './rolling-commands';
import { addShadowCommand } from './shadow-command';
import { addStatusCommand } from './status-command';
import { renderTable } from './table';
import { addSyncCommands } from './sync-commands';
import { addVerifyCommand } from './verify-command';
import { addWaitsCommand } from './waits-command';
import { addVersionCommand, clientVersion } from './version-command';

/** Runs `dw` with these arguments. @returns the exit code */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const line = new CommandLine(surroundings);
  line.form = formOf(args);
  try {
    await buildProgram(line).parseAsync([...args], { from: 'user' });
    return line.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (error instanceof CommanderError) {
      const isHelp = error.code === 'commander.help';
      if (isHelp && line.form === 'table') return EXIT.invalid;
      const title = isHelp ? 'A command is missing; see dw --help' : error.message.replace(/^error: /, '');
      return writeFailure(surroundings.streams, line.form, failed(EXIT.invalid, 'usage', title));
    }
    if (error instanceof CommandFailed) return writeFailure(surroundings.streams, line.form, error);
    throw error;
  }
}

export function buildProgram(line: CommandLine): Command {
  const { streams } = line.surroundings;
  const program = withCommonOptions(new Command('dw'))
    .description('Dualwrite: keeps Finance and Operations and Dataverse in step')
    .version(clientVersion(), '-V, --version', 'version of this command line')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.out(text),
      // Wrong usage is answered once, in the form that was asked for: see writeFailure.
      writeErr: (text) => {
        if (line.form === 'table' && !text.startsWith('error:')) streams.err(text);
      },
    });
  addMapCommands(program, line);
  addGuardCommands(program, line);
  addCallCommand(program, line);
  addDocumentCommand(program, line);
  addShadowCommand(program, line);
  addDeleteCommands(program, line);
  addStatusCommand(program, line);
  addJournalCommands(program, line);
  addAlertCommands(program, line);
  addProveCommand(program, line);
  addVerifyCommand(program, line);
  addRollingCommands(program, line);
  addSyncCommands(program, line);
  addRepairCommand(program, line);
  addWaitsCommand(program, line);
  addPairCommands(program, line);
  addFeedsCommand(program, line);
  addProvisionCommands(program, line);
  addConflictCommand(program, line);
  addOperationCommands(program, line);
  addCheckCommand(program, line);
  addBootstrapCommands(program, line);
  addReplayCommands(program, line);
  addVersionCommand(program, line);
  addHelp(program, line);
  inherit(program);
  return program;
}

function addHelp(program: Command, line: CommandLine): void {
  withCommonOptions(program.command('help'))
    .description('help for a command, or for a topic: exit-codes')
    .argument('[words...]', 'a command, or a topic')
    .action((words: string[]) => {
      if (words[0] === 'exit-codes') {
        line.write({ exitCodes: EXIT_MEANINGS }, () =>
          renderTable(EXIT_MEANINGS, [
            { title: 'CODE', value: (entry) => entry.code },
            { title: 'MEANING', value: (entry) => entry.meaning },
          ]),
        );
        return;
      }
      const command = words.reduce<Command | undefined>(
        (parent, word) => parent?.commands.find((child) => child.name() === word),
        program,
      );
      if (!command) throw failed(EXIT.invalid, 'usage', `There is no command or topic "${words.join(' ')}"`);
      line.surroundings.streams.out(command.helpInformation());
    });
}

/** Commander hands settings down only to commands that are made after them; make it so for the whole tree. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}
