import { z } from 'zod';
import { eventHubOf, eventHubSettings } from './event-hub-settings';

const ENDPOINT =
  'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=c2VjcmV0';
const settings = (given: object) => z.object(eventHubSettings).parse(given);

describe('eventHubOf', () => {
  it('given no connection string, then no hub is read', () => {
    expect(eventHubOf(settings({}))).toBeNull();
  });

  it('given one with the path of a hub, then that hub is met by its Kafka endpoint, encrypted and with a name', () => {
    const password = `${ENDPOINT};EntityPath=fo-events`;
    expect(eventHubOf(settings({ EVENT_HUB_CONNECTION_STRING: password }))).toEqual({
      topic: 'fo-events',
      group: 'dualwrite',
      link: {
        brokers: ['contoso.servicebus.windows.net:9093'],
        security: {
          protocol: 'SASL_SSL',
          sasl: { mechanism: 'PLAIN', username: '$ConnectionString', password },
        },
      },
    });
  });

  it('given one of a whole namespace, then the hub has to be named', () => {
    const EVENT_HUB_CONNECTION_STRING = ENDPOINT;
    expect(() => eventHubOf(settings({ EVENT_HUB_CONNECTION_STRING }))).toThrow(
      'EVENT_HUB_NAME: is required',
    );
    expect(eventHubOf(settings({ EVENT_HUB_CONNECTION_STRING, EVENT_HUB_NAME: 'changes' }))?.topic).toBe(
      'changes',
    );
  });

  it('given something else, then it is refused, and not repeated', () => {
    const read = () => settings({ EVENT_HUB_CONNECTION_STRING: 'https://secret@contoso' });
    expect(read).toThrow('must begin with Endpoint=sb://');
    expect(read).not.toThrow('secret@');
  });
});
