/**
 * The SDK as it is installed: compiled, by `make build`. From its source it would run through a loader that wraps every
 * inner function to keep its name, which users never pay for.
 */
const [{ connect, kryten }, { refusal }] = await Promise.all([
  import(compiled("generated/index.js")) as Promise<typeof import("../../generated/index.js")>,
  import(compiled("runtime/index.js")) as Promise<typeof import("../../runtime/index.js")>,
]);

export { connect, kryten, refusal };

function compiled(path: string): string {
  return new URL(`../../dist/${path}`, import.meta.url).href;
}
