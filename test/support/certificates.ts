/** Certificates for tests, made by openssl in a folder of their own: an authority, and what it vouches for. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { scratchFolder } from "./scratch.js";

/** Paths of PEM files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** Somebody who vouches for others. */
export interface Authority extends Identity {
  /** A certificate for a name, and for the loopback address. */
  issue(name: string): Promise<Identity>;
}

const run = promisify(execFile);

/** A new authority that nobody knows yet. Its files live as long as the test. */
export async function createAuthority(): Promise<Authority> {
  const folder = await scratchFolder();
  const own = pathsIn(folder, "authority");
  await run("openssl", [
    "req",
    "-x509",
    "-subj",
    "/CN=authority",
    "-days",
    "2",
    ...newKey(own.key),
    "-out",
    own.certificate,
  ]);
  return { ...own, issue: (name) => issue(folder, name, own) };
}

async function issue(folder: string, name: string, authority: Identity): Promise<Identity> {
  const made = pathsIn(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  await writeFile(extensions, "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
  await run("openssl", ["req", "-subj", `/CN=${name}`, ...newKey(made.key), "-out", request]);
  const signed = ["-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial", "-days", "2"];
  await run("openssl", ["x509", "-req", "-in", request, ...signed, "-extfile", extensions, "-out", made.certificate]);
  return made;
}

function newKey(file: string): readonly string[] {
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file];
}

function pathsIn(folder: string, name: string): Identity {
  return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}
