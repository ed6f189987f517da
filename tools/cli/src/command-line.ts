import { Command, Option } from 'commander';
import { ConsoleClient } from './console-client';
import { findInstallation, type InstallationOptions } from './installation';
import { OUTPUT_FORMS, writeDocument, type OutputForm, type Streams } from './output';

export interface CommonOptions extends InstallationOptions {
  readonly output?: OutputForm;
  readonly json?: boolean;
}

/** What a command gets from the process around it; a test gives its own. */
export interface Surroundings {
  readonly streams: Streams;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readInput(): Promise<string>;
  /** Ends what would go on for ever. */
  readonly interrupted?: AbortSignal;
}

/** One run of `dw`: what its commands need, and the exit code that they leave. */
export class CommandLine {
  exitCode = 0;
  form: OutputForm = 'table';

  constructor(readonly surroundings: Surroundings) {}

  async client(options: CommonOptions): Promise<ConsoleClient> {
    return new ConsoleClient(await findInstallation(options, this.surroundings.environment));
  }

  write(document: unknown, table: () => string): void {
    writeDocument(this.surroundings.streams, this.form, document, table);
  }

  /** A command of the tree with the options that all have, and its examples and codes at the end of its help. */
  leaf(
    parent: Command,
    name: string,
    description: string,
    help: { readonly examples: readonly string[]; readonly codes: string },
  ): Command {
    return withCommonOptions(parent.command(name))
      .description(description)
      .addHelpText(
        'after',
        `\nExamples:\n${help.examples.map((example) => `  $ ${example}`).join('\n')}\n\nExit codes: ${help.codes} (dw help exit-codes)`,
      );
  }
}

/** The options may stand before or after the command. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--stack <file>', 'stack file of the installation (default: .dualwrite/stack.json)')
    .option('--url <url>', 'address of the console (env: DW_URL)')
    .option('--token <token>', 'access token (env: DW_TOKEN)')
    .addOption(new Option('-o, --output <form>', 'form of the answer').choices(OUTPUT_FORMS))
    .option('--json', 'same as --output json');
}

/** The form is needed before commander has read the line: a wrong line is answered in it, too. */
export function formOf(args: readonly string[]): OutputForm {
  if (args.includes('--json')) return 'json';
  const index = args.findIndex((arg) => arg === '-o' || arg === '--output');
  const attached = args.find((arg) => arg.startsWith('--output=') || /^-o[a-z]/.test(arg));
  const named = attached?.replace(/^(--output=|-o)/, '') ?? args[index + 1];
  return index < 0 && attached === undefined
    ? 'table'
    : (OUTPUT_FORMS.find((form) => form === named) ?? 'table');
}
