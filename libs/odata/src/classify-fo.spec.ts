import { classifyFo } from './classify-fo';
import type { HttpReply } from './http-outcome';

const WRITE_EXCEPTION = 'Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException';

function refusal(status: number, message: string, type = WRITE_EXCEPTION): HttpReply {
  const error = {
    code: '',
    message: 'An error has occurred.',
    innererror: { message, type, stacktrace: 'at X' },
  };
  return { kind: 'reply', status, headers: {}, body: JSON.stringify({ error }) };
}

describe('classifyFo', () => {
  it.each([400, 500])(
    'given %i with a write exception, then it is rejected with the words of the log',
    (status) => {
      const message =
        "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: Warning: The value '77' in field 'Terms of payment' is not found in the related table 'Terms of payment'.; Warning: validateField failed on field 'CustCustomerV3Entity.PaymentTerms'.";
      expect(classifyFo(refusal(status, message), { operation: 'update' })).toEqual({
        kind: 'rejected',
        error: 'fo.validation',
        code: 'AxODataWriteException',
        text: "The value '77' in field 'Terms of payment' is not found in the related table 'Terms of payment'.",
      });
    },
  );

  it('given a create of a record that exists, then it is a duplicate of the key', () => {
    const message =
      'Cannot create a record in Customers (CustTable). Customer: US-001. The record already exists.';
    expect(classifyFo(refusal(400, message), { operation: 'create' })).toMatchObject({
      kind: 'duplicate',
      key: 'primary',
    });
    expect(classifyFo(refusal(400, message), { operation: 'update' })).toMatchObject({ kind: 'rejected' });
  });

  it('given an update conflict inside the server, then the version has moved', () => {
    const message =
      'Cannot edit a record in Customers (CustTable). An update conflict occurred due to another user process deleting the record or changing one or more fields in the record.';
    expect(classifyFo(refusal(500, message), { operation: 'update' })).toEqual({
      kind: 'precondition-failed',
      error: 'fo.update-conflict',
    });
  });

  it('given a gateway page, then nobody knows what became of it', () => {
    expect(
      classifyFo(
        { kind: 'reply', status: 502, headers: {}, body: '<html>Bad gateway</html>' },
        { operation: 'create' },
      ),
    ).toMatchObject({ kind: 'lost' });
  });

  it('given a server fault of another kind, then nobody knows what became of it', () => {
    const fault = refusal(500, 'An unexpected error occurred.', 'System.Exception');
    expect(classifyFo(fault, { operation: 'update' })).toMatchObject({ kind: 'lost' });
  });

  it.each([
    [412, 'precondition-failed'],
    [404, 'not-found'],
    [429, 'throttled'],
    [409, 'precondition-failed'],
    [405, 'rejected'],
    [501, 'rejected'],
    // A gateway's, which may hide that the request was carried out.
    [503, 'lost'],
    [401, 'refused-caller'],
    [403, 'refused-caller'],
  ])('given %i, then it is %s', (status, kind) => {
    expect(
      classifyFo({ kind: 'reply', status, headers: {}, body: '' }, { operation: 'update' }),
    ).toMatchObject({ kind });
  });

  it('given 503 with a time to come again, then it is away and nothing was done', () => {
    const away: HttpReply = { kind: 'reply', status: 503, headers: { 'retry-after': '3' }, body: '<html>' };
    expect(classifyFo(away, { operation: 'create' })).toMatchObject({
      kind: 'unavailable',
      retryAfterMs: 3_000,
      error: 'fo.away',
    });
  });

  it('given a failed action, then it is rejected with its text', () => {
    const message = 'Exception occurred while executing action ExportToPackage on Entity X: no such project';
    expect(
      classifyFo(refusal(500, message, 'System.InvalidOperationException'), { operation: 'create' }),
    ).toMatchObject({ kind: 'rejected', error: 'fo.action-failed' });
  });

  it('given a query that makes no sense, then the request is refused, not the data', () => {
    const fault = refusal(400, 'Could not find a property', 'Microsoft.OData.ODataException');
    expect(classifyFo(fault, { operation: 'update' })).toMatchObject({ error: 'fo.bad-request' });
  });
});
