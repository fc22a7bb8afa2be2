/** Services that answer as their schemas say, where there is no real one. */
import type { Client } from "../client/client.js";
import type { AnyHandlers, ServeOptions, Service } from "../commands/serve.js";
import type { ServiceName } from "../protocol/contract.js";
import type { Contract, ServiceDescriptor } from "../protocol/message.js";
import { complete } from "./complete.js";

/** What stands for a result that nobody made, by reference; `undefined` for the smallest valid value. */
export type Sample = (ref: string) => unknown;

/**
 * Answers the requests to a service: some commands as the handlers say, the others with a sample of their result.
 *
 * @throws ProtocolError `invalid_argument` when the protocol has no such service
 */
export async function simulate<C extends Contract, Name extends ServiceName<C>>(
  client: Client<C>,
  name: Name,
  ...[handlers = {}, options]: [handlers?: Partial<C["handlers"][Name]>, options?: ServeOptions]
): Promise<Service> {
  const service = client.protocol.services[name];
  const all = service === undefined ? {} : sampleHandlers(service, handlers as Partial<AnyHandlers>);
  return client.serve(name, all as C["handlers"][Name], options);
}

/** The handlers given, and for all other commands of the service one that answers with a sample. */
export function sampleHandlers(
  service: ServiceDescriptor,
  handlers: Partial<AnyHandlers>,
  sample: Sample = () => undefined,
): AnyHandlers {
  return Object.fromEntries(
    Object.entries(service.commands).map(([method, { ref, result }]) => [
      method,
      (args, context) => {
        const handler = handlers[method];
        return handler === undefined
          ? complete(result.shape(), sample(`${ref}/result`))
          : handler.call(handlers, args, context);
      },
    ]),
  );
}
