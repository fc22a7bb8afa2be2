/** Accounts as operators sign them: JSON Web Tokens, for a server with a memory resolver and for its users. */
import { randomUUID } from "node:crypto";
import { nkeys } from "nats";

/** A key pair with a name: an operator, an account or a user. */
type KeyPair = ReturnType<typeof nkeys.createUser>;

/** An operator with one account. */
export interface Accounts {
  /** What the server's configuration says of them. */
  readonly configuration: string;
  /** The text of a credentials file for a new user of the account. */
  credentialsFor(name: string): string;
}

/** A new operator, whom no other server knows. */
export function createAccounts(): Accounts {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const operatorToken = sign(operator, { subject: operator, name: "operator", nats: { type: "operator", version: 2 } });
  const accountToken = sign(operator, { subject: account, name: "account", nats: accountClaims });
  return {
    configuration: [
      `operator: ${operatorToken}`,
      "resolver: MEMORY",
      `resolver_preload: { ${account.getPublicKey()}: ${accountToken} }`,
    ].join("\n"),
    credentialsFor(name) {
      const user = nkeys.createUser();
      const token = sign(account, { subject: user, name, nats: userClaims });
      return credentialsFile(token, new TextDecoder().decode(user.getSeed()));
    },
  };
}

const unlimited = -1;
const userClaims = { type: "user", version: 2, pub: {}, sub: {}, subs: unlimited, data: unlimited, payload: unlimited };
const accountClaims = {
  type: "account",
  version: 2,
  limits: {
    ...{ subs: unlimited, data: unlimited, payload: unlimited, imports: unlimited, exports: unlimited },
    ...{ wildcards: true, conn: unlimited, leaf: unlimited },
  },
};

function sign(issuer: KeyPair, { subject, name, nats }: { subject: KeyPair; name: string; nats: object }): string {
  const claims = {
    ...{ jti: randomUUID(), iat: Math.floor(Date.now() / 1000), iss: issuer.getPublicKey(), name },
    ...{ sub: subject.getPublicKey(), nats },
  };
  const body = [{ typ: "JWT", alg: "ed25519-nkey" }, claims].map((part) => base64(JSON.stringify(part))).join(".");
  return `${body}.${base64(issuer.sign(new TextEncoder().encode(body)))}`;
}

function base64(content: string | Uint8Array): string {
  return Buffer.from(content).toString("base64url");
}

function credentialsFile(token: string, seed: string): string {
  const block = (title: string, content: string) => `-----BEGIN ${title}-----\n${content}\n------END ${title}------\n`;
  return `${block("NATS USER JWT", token)}\n${block("USER NKEY SEED", seed)}`;
}
