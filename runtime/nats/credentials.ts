/** How a program shows a NATS server who it is. */
import { readFileSync } from "node:fs";
import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "nats";
import { ProtocolError } from "../error.js";
import { quote } from "../value/wording.js";

/** Kinds of credentials that the NATS client takes only ready-made. */
export interface NatsCredentials {
  /** Path of a credentials file, which holds a JWT and a seed. It is read again for each connection. */
  readonly credentialsFile?: string | undefined;
  /** Seed of an nkey: `SU...`. */
  readonly nkey?: string | undefined;
}

/** Where the server is, and who asks. */
export type CredentialOptions = ConnectionOptions & NatsCredentials;

/** One way of showing who one is. */
interface Credential {
  /** For errors. Never says the secret. */
  readonly name: string;
  readonly authenticator: Authenticator;
}

/** All credentials that were given. */
export interface Credentials {
  /** What the server refuses when it refuses: `the token`; `undefined` when nothing was given. */
  readonly name: string | undefined;
  readonly authenticators: Authenticator[];
}

/**
 * What there is to show, from all options that are about it, those in the address of a server included.
 *
 * @throws ProtocolError `connection_failed` when a credentials file or a seed cannot be used
 */
export function credentialsOf(options: CredentialOptions): Credentials {
  const { authenticator = [], credentialsFile, nkey, tls } = options;
  const address = fromAddress(options.servers);
  const { user = address.user, pass = address.pass, token = address.token } = options;
  const credentials: Credential[] = [
    ...[authenticator].flat().map((given) => ({ name: "what the authenticator gives", authenticator: given })),
    ...(user === undefined ? [] : [password(user, pass)]),
    ...(token === undefined ? [] : [{ name: "the token", authenticator: tokenAuthenticator(token) }]),
    ...(credentialsFile === undefined ? [] : [fromFile(credentialsFile)]),
    ...(nkey === undefined ? [] : [seed(nkey)]),
  ];
  const names = credentials.map(({ name }) => name);
  if (tls?.certFile !== undefined) names.push(`the certificate ${tls.certFile}`);
  return {
    name: names.length === 0 ? undefined : names.join(" and "),
    authenticators: credentials.map((credential) => credential.authenticator),
  };
}

/** The address of a server without the credentials that may stand in it. */
export function withoutCredentials(server: string): string {
  return server.replace(/^(\w+:\/\/)?[^/]*@/u, "$1");
}

/** User and password, or a token, as they stand before the `@` of the first address that has one. */
function fromAddress(servers: string | readonly string[] = []): Pick<ConnectionOptions, "user" | "pass" | "token"> {
  const given = [servers].flat().map((server) => /^(?:\w+:\/\/)?([^/]*)@/u.exec(server)?.[1]);
  const [user, ...pass] = (given.find((credentials) => credentials !== undefined) ?? "").split(":").map(decode);
  if (user === undefined || user === "") return {};
  return pass.length === 0 ? { token: user } : { user, pass: pass.join(":") };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare percent sign is one.
    return text;
  }
}

function password(user: string, pass: string | undefined): Credential {
  return { name: `the password of the user ${quote(user)}`, authenticator: usernamePasswordAuthenticator(user, pass) };
}

function seed(nkey: string): Credential {
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(nkey.trim()));
  tryOut(authenticator, "`nkey` is not the seed of an nkey, which begins with SU");
  return { name: "the nkey", authenticator };
}

function fromFile(file: string): Credential {
  let last = credentialsIn(file);
  const authenticator: Authenticator = (nonce) => {
    try {
      last = credentialsIn(file);
    } catch {
      // It is being renewed; the server says whether what was there before still does.
    }
    return last(nonce);
  };
  return { name: `the credentials in ${file}`, authenticator };
}

function credentialsIn(file: string): Authenticator {
  const authenticator = credsAuthenticator(read(file));
  tryOut(authenticator, `${file} is not a credentials file, which holds a JWT and a seed`);
  return authenticator;
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw unusable(`the credentials file ${file} cannot be read`, cause);
  }
}

function tryOut(authenticator: Authenticator, fault: string): void {
  try {
    authenticator("");
  } catch (cause) {
    throw unusable(fault, cause);
  }
}

function unusable(fault: string, cause: unknown): ProtocolError {
  return new ProtocolError("connection_failed", `${fault}; check the path and the content`, { cause });
}
