/* global jest */
// The tests start servers: on a machine with much else to do, that alone can take the usual five seconds.
jest.setTimeout(60_000);
