import type { Row } from '../../store/row';
import type { DataverseContext } from '../dataverse-context';
import { endpointOf, pluginEndpointOf, type Endpoint } from './endpoint';

export type MessageName = 'Create' | 'Update' | 'Delete';

/** One row of `sdkmessageprocessingstep` that calls a webhook, with what belongs to it. */
export interface Step {
  readonly id: string;
  readonly name: string;
  readonly stage: number;
  readonly isSynchronous: boolean;
  readonly rank: number;
  /** Update only: some of these must be among the columns written; undefined = any. */
  readonly filtering: ReadonlySet<string> | undefined;
  readonly deletesFinishedJobs: boolean;
  readonly images: readonly StepImage[];
  readonly endpoint: Endpoint;
  /** A plug-in that calls the endpoint, and hands its reason on to whoever saves; else a webhook, whose body nobody reads. */
  readonly isPlugin: boolean;
}

export interface StepImage {
  readonly alias: string;
  readonly isPre: boolean;
  readonly isPost: boolean;
  /** undefined = all columns. */
  readonly columns: ReadonlySet<string> | undefined;
}

const SOURCES = [
  'serviceendpoint',
  'sdkmessageprocessingstep',
  'sdkmessageprocessingstepimage',
  'sdkmessage',
  'sdkmessagefilter',
  'plugintype',
] as const;
const WEBHOOK_CONTRACT = 8;
/**
 * The one plug-in that the sandbox can run, for it has no .NET: it posts its context to the `url` of its configuration,
 * with the `headers` given there, and throws InvalidPluginExecutionException with the `detail` of any answer but 2xx.
 */
const CALLING_PLUGIN = 'Sandbox.Plugins.CallService';
const ALL_TABLES = 'none';

/** The registered steps by message and table; read again when a row of the registration has changed. */
export class StepRegistry {
  private revision = -1;
  private byOccasion = new Map<string, Step[]>();

  constructor(private readonly context: DataverseContext) {}

  /** In the order in which they run. */
  find(message: MessageName, table: string): readonly Step[] {
    const revision = SOURCES.reduce((sum, name) => sum + this.context.store.table(name).revision, 0);
    if (revision !== this.revision) {
      this.byOccasion = this.read();
      this.revision = revision;
    }
    if (this.byOccasion.size === 0) return [];
    const own = this.byOccasion.get(`${message} ${table}`) ?? [];
    const general = this.byOccasion.get(`${message} ${ALL_TABLES}`) ?? [];
    return general.length === 0 ? own : [...own, ...general].sort(inOrder);
  }

  private read(): Map<string, Step[]> {
    const found = new Map<string, Step[]>();
    for (const row of this.rows('sdkmessageprocessingstep')) {
      const { statecode, sdkmessageid, sdkmessagefilterid } = row.cells;
      const handler = this.handlerOf(row);
      const message = this.row('sdkmessage', sdkmessageid)?.cells['name'];
      if (statecode === 1 || handler === undefined || message === undefined) continue;
      const filter = this.row('sdkmessagefilter', sdkmessagefilterid);
      const occasion = `${String(message)} ${String(filter?.cells['primaryobjecttypecode'] ?? ALL_TABLES)}`;
      const steps = found.get(occasion) ?? [];
      steps.push(this.step(row, handler));
      found.set(occasion, steps.sort(inOrder));
    }
    return found;
  }

  private handlerOf({ cells }: Row): Pick<Step, 'endpoint' | 'isPlugin'> | undefined {
    const plugin = this.row('plugintype', cells['eventhandler']);
    if (plugin?.cells['typename'] === CALLING_PLUGIN) {
      const endpoint = pluginEndpointOf(cells['configuration']);
      return endpoint && { endpoint, isPlugin: true };
    }
    const endpoint = this.row('serviceendpoint', cells['eventhandler']);
    if (endpoint?.cells['contract'] !== WEBHOOK_CONTRACT) return undefined;
    return { endpoint: endpointOf(endpoint.cells), isPlugin: false };
  }

  private step({ id, cells }: Row, handler: Pick<Step, 'endpoint' | 'isPlugin'>): Step {
    const images = this.rows('sdkmessageprocessingstepimage').filter(
      (image) => image.cells['sdkmessageprocessingstepid'] === id,
    );
    return {
      id,
      name: String(cells['name'] ?? ''),
      stage: Number(cells['stage'] ?? 40),
      isSynchronous: cells['mode'] !== 1,
      rank: Number(cells['rank'] ?? 1),
      filtering: nameSet(cells['filteringattributes']),
      deletesFinishedJobs: cells['asyncautodelete'] === true,
      images: images.map((image) => ({
        alias: String(image.cells['entityalias'] ?? ''),
        isPre: image.cells['imagetype'] !== 1,
        isPost: image.cells['imagetype'] !== 0,
        columns: nameSet(image.cells['attributes']),
      })),
      ...handler,
    };
  }

  private rows(name: (typeof SOURCES)[number]): Row[] {
    return [...this.context.store.table(name).rows.values()];
  }

  private row(name: (typeof SOURCES)[number], id: unknown): Row | undefined {
    return typeof id === 'string' ? this.context.store.table(name).rows.get(id) : undefined;
  }
}

const inOrder = (left: Step, right: Step): number =>
  left.stage - right.stage || left.rank - right.rank || (left.id < right.id ? -1 : 1);

function nameSet(text: unknown): ReadonlySet<string> | undefined {
  if (typeof text !== 'string') return undefined;
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return names.length > 0 ? new Set(names) : undefined;
}
