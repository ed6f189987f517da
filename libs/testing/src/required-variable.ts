/** @throws {Error} in one sentence with the remedy */
export function requiredVariable(name: 'KAFKA_BROKERS' | 'DATABASE_URL'): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `${name} is not set: run integration tests by \`npm test -- --only int\`, which starts what they need.`,
    );
  }
  return value;
}
