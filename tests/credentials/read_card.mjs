// Reads the text of a card's QR with other people's tools and tells what they say, as one line of JSON.
// Input (standard input): {"text": "...", "keys": {"<kid hex>": "<x hex>"}}. The keys are those the site publishes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Sign1 } from "@auth0/cose";

const require = createRequire(import.meta.url);
const pixelpass = require("@mosip/pixelpass");
const base45 = require("base45-web");
const pako = require("pako");

const { text, keys } = JSON.parse(readFileSync(0, "utf8"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const told = {};

async function keyNamed(kid) {
  const x = keys[hex(kid)];
  if (!x) throw new Error("no such key");
  return crypto.subtle.importKey("raw", Buffer.from(x, "hex"), { name: "Ed25519" }, true, ["verify"]);
}

// @auth0/cose: the COSE_Sign1 itself.
try {
  const message = Sign1.decode(pako.inflate(base45.decode(text)));
  await message.verify(await keyNamed(message.protectedHeaders.get(4)));
  told.cose = { verified: true };
} catch (error) {
  told.cose = { verified: false, why: error.message };
}

// @mosip/pixelpass: the way from the text to the parts of the message, and from the claims to names. It checks no
// signature itself, so Node's own Web Crypto does, over the parts that pixelpass read.
try {
  const parts = JSON.parse(pixelpass.decode(text)).value;
  const [header, , payload, signature] = parts.map((part) => Buffer.from(part.data ?? []));
  const kid = pixelpass.decodeMappedData(header, { 4: "kid" }).kid;
  const head = (bytes) => (bytes.length < 24 ? [0x40 + bytes.length] : bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255]);
  const signed = Buffer.concat([
    Buffer.from([0x84, 0x6a]), Buffer.from("Signature1"), Buffer.from(head(header)), header, Buffer.from([0x40]),
    Buffer.from(head(payload)), payload,
  ]);
  if (!(await crypto.subtle.verify("Ed25519", await keyNamed(kid), signature, signed))) throw new Error("signature verification failed");
  const claims = pixelpass.decodeMappedData(payload, { 1: "iss", 2: "sub", 4: "exp", 6: "iat", 169: "identity" });
  const identity = pixelpass.decodeMappedData(claims.identity, { 1: "id", 2: "version", 3: "language", 4: "fullName", 19: "secondName", 21: "location" });
  told.pixelpass = { verified: true, expired: claims.exp * 1000 <= Date.now(), id: identity.id, fullName: identity.fullName, secondName: identity.secondName };
} catch (error) {
  told.pixelpass = { verified: false, why: error.message };
}
console.log(JSON.stringify(told));
