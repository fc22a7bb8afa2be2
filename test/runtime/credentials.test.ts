import fc from "fast-check";
import { expect, it } from "vitest";
import { credentialsOf, withoutCredentials } from "../../runtime/nats/credentials.js";

const text = fc.string({ unit: "grapheme", minLength: 1 });
const scheme = fc.constantFrom("", "nats://", "tls://");

it("a user and a password may stand in an address, whatever they are, and are taken out of it", () => {
  fc.assert(
    fc.property(scheme, text, fc.string({ unit: "grapheme" }), (start, user, pass) => {
      const servers = `${start}${encodeURIComponent(user)}:${encodeURIComponent(pass)}@example.com:4222`;
      const { name, authenticators } = credentialsOf({ servers: ["other.example.com", servers] });
      expect(authenticators.map((show) => show(""))).toEqual([{ user, pass }]);
      expect(name).toMatch(/^the password of the user "/);
      expect(withoutCredentials(servers)).toBe(`${start}example.com:4222`);
    }),
  );
});

it("so may a token", () => {
  fc.assert(
    fc.property(scheme, text, (start, token) => {
      const servers = `${start}${encodeURIComponent(token)}@example.com`;
      const { name, authenticators } = credentialsOf({ servers });
      expect(authenticators.map((show) => show(""))).toEqual([{ auth_token: token }]);
      expect(name).toBe("the token");
    }),
  );
});

it("an option wins over what stands in an address", () => {
  const servers = "nats://ola:old@example.com";
  const shown = ({ authenticators }: ReturnType<typeof credentialsOf>) => authenticators.map((show) => show(""));
  expect(shown(credentialsOf({ servers, user: "ola", pass: "new" }))).toEqual([{ user: "ola", pass: "new" }]);
  const unset = { user: undefined, pass: undefined, token: undefined } as object;
  expect(shown(credentialsOf({ servers, ...unset }))).toEqual([{ user: "ola", pass: "old" }]);
});

it("several credentials are shown together, and named together", () => {
  const { name, authenticators } = credentialsOf({
    token: "secret",
    tls: { certFile: "bot.pem" },
    authenticator: () => ({ user: "ola" }),
  });
  expect(name).toBe("what the authenticator gives and the token and the certificate bot.pem");
  expect(authenticators.map((show) => show(""))).toEqual([{ user: "ola" }, { auth_token: "secret" }]);
  expect(credentialsOf({ servers: "nats://example.com" })).toEqual({ name: undefined, authenticators: [] });
});
