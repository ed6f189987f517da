// One set of compiler options for the build and for jest, so that what is tested is what runs.
// Nest needs decorator metadata; class fields must not be redefined over decorated properties.
module.exports = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
    target: 'es2022',
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
