import { customersOf } from './customers';
import { eventually } from './eventually';
import type { RunningStack } from './running-stack';
import type { TraceReceiver } from './trace-receiver';

/** One sampled change is one trace, from the side where it was made to the journal. */
export function describeTrace(stackOf: () => RunningStack, tracesOf: () => TraceReceiver): void {
  it('when a customer is edited in F&O, then its path over four services is one trace', async () => {
    const stack = stackOf();
    await stack.untilInStep();
    const one = (await customersOf(stack))[1700];
    if (one === undefined) throw new Error('there are too few customers');
    const before = (await stack.dw.row(one.key)).length;
    await stack.person.patch('fo', one.path.fo, { SalesMemo: 'to be followed' });
    await eventually(
      async () =>
        (await stack.person.get('dataverse', one.path.dataverse))['description'] === 'to be followed',
      { what: 'the edit is in Dataverse' },
    );
    const traceId = await eventually(
      async () => (await stack.dw.row(one.key)).slice(before).find(({ what }) => what === 'applied')?.traceId,
      { what: 'the journal names the trace' },
    );
    const path = await eventually(
      async () => {
        const spans = tracesOf().spans.filter((span) => span.traceId === traceId);
        const services = new Set(spans.map((span) => span.service));
        return (
          ['fo-connector', 'mapper', 'dataverse-connector', 'alerting'].every((name) => services.has(name)) &&
          spans
        );
      },
      { what: `spans of four services under trace ${traceId}` },
    );
    // Children hang on spans of the same trace: one tree, not four.
    const ids = new Set(path.map((span) => span.spanId));
    const planned = path.find((span) => span.service === 'mapper');
    expect(planned && ids.has(planned.parentSpanId)).toBe(true);
  });
}
