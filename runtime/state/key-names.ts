/** The names of keys: which key is meant, which keys are, and what a key's name says. */
import type { Address } from "../protocol/address.js";
import { located } from "../protocol/located.js";
import type { BucketDescriptor, KeyDescriptor } from "../protocol/message.js";
import type { Subject } from "../protocol/subject.js";
import type { Wire } from "../protocol/wire.js";
import { checkBucketName, checkKey, checkKeyPattern } from "../transport/bus-rules.js";

/** What a key is called by: the parameters of its name. The options of a method may stand beside them. */
export type Named = Readonly<Record<string, unknown>>;

/** The keys that a template describes, and their bucket, for one address. */
export interface KeyNamesParts {
  readonly bucket: BucketDescriptor;
  readonly key: KeyDescriptor;
  readonly address: Address;
}

/** Where a key is, or several. */
export interface KeyPlace {
  /** The bucket's name. */
  readonly name: string;
  /** Of several keys, a pattern that finds them, and perhaps others. */
  readonly key: string;
  /** `<bucket>/<key>` */
  readonly subject: string;
  /** What the name of a key says beside the address; `undefined` for a key that is not meant. */
  readonly parametersOf: (key: string) => Address | undefined;
}

/** Finds keys by the parameters of their names. */
export class KeyNames {
  readonly #parts: KeyNamesParts;
  readonly #wire: Wire;

  constructor(wire: Wire, parts: KeyNamesParts) {
    this.#wire = wire;
    this.#parts = parts;
  }

  /** @throws ProtocolError `invalid_subject` when a parameter is missing, or cannot be part of a name */
  one(named?: Named): KeyPlace {
    return this.#place(named, (texts) => {
      const key = this.#template.build(texts);
      checkKey(key);
      const parameters = this.#withoutAddress(this.#template.match(key) ?? {});
      return { key, parametersOf: () => parameters };
    });
  }

  /** @throws ProtocolError `invalid_subject` when a parameter that is given cannot be part of a name */
  several(some?: Named): KeyPlace {
    return this.#place(some, (texts) => {
      const key = this.#template.wildcard(texts);
      checkKeyPattern(key);
      return { key, parametersOf: (found) => this.#parametersOf(found, texts) };
    });
  }

  #place(named: Named = {}, find: (texts: Address) => Pick<KeyPlace, "key" | "parametersOf">): KeyPlace {
    const { address, bucket, key } = this.#parts;
    const given = Object.entries(named).filter(([, value]) => value !== undefined);
    const texts = { ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])), ...address };
    try {
      const name = this.#wire.subject(bucket.bucket).build(texts);
      checkBucketName(name);
      const found = find(texts);
      return { name, subject: `${name}/${found.key}`, ...found };
    } catch (reason) {
      throw located(reason, { ref: key.ref });
    }
  }

  #parametersOf(key: string, texts: Address): Address | undefined {
    const found = this.#template.match(key);
    if (found === undefined || this.#nearer.some((other) => other.match(key) !== undefined)) return undefined;
    try {
      // A pattern finds too much where several parameters share a token: the texts decide, and the rules of the rest.
      return this.#template.build({ ...found, ...texts }) === key ? this.#withoutAddress(found) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The other keys of the bucket that say more of their name: what they describe is theirs. */
  get #nearer(): readonly Subject[] {
    const own = this.#template.parameters.length;
    const templates = Object.values(this.#parts.bucket.keys).map(({ key }) => this.#wire.subject(key));
    return templates.filter(({ parameters }) => parameters.length < own);
  }

  get #template(): Subject {
    return this.#wire.subject(this.#parts.key.key);
  }

  #withoutAddress(values: Address): Address {
    return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(this.#parts.address, name)));
  }
}
