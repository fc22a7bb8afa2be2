/** Python: what programs write against, and the data that the runtime works with. */
import { pythonNames } from "../catalog/naming.js";
import { generatedFrom } from "../json/json-file.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { assignmentOf } from "../python/assignment.js";
import { clientView } from "../python/client-view.js";
import { messageConstants, serviceConstant } from "../python/descriptor.js";
import { importsFor, type Origins } from "../python/imports.js";
import { type ModuleNames, moduleNames, nameIn } from "../python/module-names.js";
import { protocolConstant } from "../python/protocol.js";
import { render } from "../python/render.js";
import { clientClass, handlersClass, type ServiceClass } from "../python/service.js";
import { stateView } from "../python/state-view.js";
import { streamConstant } from "../python/stream.js";

/** Emits `client descriptors handlers service_clients testing http config` of a package. */
export function emitPythonClient(catalog: Catalog): readonly GeneratedFile[] {
  const names = moduleNames(catalog);
  const context = { catalog, names };
  const clients = catalog.services.map((service) => clientClass(context, service));
  const handlers = catalog.services.map((service) => handlersClass(context, service));
  const views = {
    client: {
      ...clientView(catalog, names),
      usesModels: hasMessage(catalog, ["event", "lifecycle"]),
    },
    descriptors: {
      ...descriptorsView(catalog, names),
      usesModels: hasMessage(catalog, ["event", "lifecycle", "command", "bucket", "config"]),
    },
    handlers: serviceView(handlers, handlerOrigins),
    service_clients: serviceView(clients, clientOrigins),
    state: stateView(catalog, names),
    testing: {},
    http: {},
    config: { configurations: configurationsOf(catalog, names) },
  };
  return Object.entries(views).map(([name, view]) => {
    const content = render(name, { header: generatedFrom(catalog), title: catalog.title, ...view });
    return { path: `python/${pythonNames.package(catalog.name)}/${name}.py`, content: `${content}\n` };
  });
}

const clientOrigins: Origins = [
  [{ from: "typing", names: ["TYPE_CHECKING", "Any", "Literal"] }],
  [
    { from: ".", names: ["descriptors"] },
    { from: ".runtime.client.service_client", names: ["ABSENT", "Absent", "ServiceClient"] },
  ],
];

const handlerOrigins: Origins = [
  [
    { from: "abc", names: ["abstractmethod"] },
    { from: "typing", names: ["TYPE_CHECKING"] },
  ],
  [
    { from: ".", names: ["descriptors"] },
    { from: ".runtime.commands.command_run", names: ["CommandContext"] },
    { from: ".runtime.commands.handlers", names: ["Handlers"] },
  ],
];

function serviceView(classes: readonly ServiceClass[], origins: Origins): object {
  const used = classes.flatMap(({ names }) => names);
  const usesModels = used.some((name) => name.startsWith("models"));
  const names = [...used, ...(usesModels ? ["TYPE_CHECKING"] : [])];
  return { classes, usesModels, imports: importsFor(names, origins) };
}

function descriptorsView(catalog: Catalog, names: ModuleNames): object {
  const constants = [
    ...catalog.messages.flatMap((message) => messageConstants(catalog, names, message)),
    ...catalog.services.map((service) => serviceConstant(catalog, names, service)),
    ...catalog.streams.map((stream) => streamConstant(catalog, names, stream)),
    protocolConstant(catalog, names),
  ];
  return { constants: constants.map(assignmentOf) };
}

/** The constants of configurations, as names in a list have to stand. */
function configurationsOf({ messages }: Catalog, names: ModuleNames): readonly string[] {
  return messages.filter(({ kind }) => kind === "config").map(({ ref }) => nameIn(names.messages, ref));
}

function hasMessage({ messages }: Catalog, kinds: readonly string[]): boolean {
  return messages.some(({ kind }) => kinds.includes(kind));
}
