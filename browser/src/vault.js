// What is kept on the device (IndexedDB), and how it is locked.
//
// The key is made from the passcode (PBKDF2, SHA-256, 600,000 rounds, a salt of the device) and lives in memory only, not
// extractable. Sealed with it (AES-256-GCM, the record's name bound in): the device's secret, every filled or unfinished
// form with its photographs, and who it is about. In the clear: blank forms, moments, states, what the office answered.
// A short passcode can be tried out by somebody who copies the device's storage; the office is told to ask for a long one.

const ROUNDS = 600_000;
const text = new TextEncoder();

const wish = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("mazdoor-fieldwork", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("about");
      request.result.createObjectStore("blanks", { keyPath: "formID" });
      request.result.createObjectStore("filled", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function change(store, act) {
  const transaction = (await database()).transaction(store, "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  act(transaction.objectStore(store));
  await done;
}

async function look(store, ask) {
  return wish(ask((await database()).transaction(store).objectStore(store)));
}

async function keyOf(passcode, salt) {
  const raw = await crypto.subtle.importKey("raw", text.encode(passcode.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS },
    raw,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** Everything on the device. Reading and writing what is sealed needs `unlock` or `found` first. */
export class Vault {
  #key = null;

  get locked() {
    return this.#key === null;
  }

  /** Whether a device was signed in here before. */
  async founded() {
    return (await look("about", (store) => store.get("vault"))) !== undefined;
  }

  /** Begin: choose a passcode and keep the account under it. */
  async found(passcode, account) {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    this.#key = await keyOf(passcode, salt);
    const sealed = await this.#seal("account", text.encode(JSON.stringify(account)));
    await change("about", (store) => {
      store.put({ salt }, "vault");
      store.put(sealed, "account");
    });
    // Ask the browser not to clear away what waits here; it may say no.
    await navigator.storage?.persist?.();
  }

  /** Open with the passcode. Answers the account, or null where the passcode is not the one. */
  async unlock(passcode) {
    const { salt } = await look("about", (store) => store.get("vault"));
    const key = await keyOf(passcode, salt);
    this.#key = key;
    try {
      return await this.account();
    } catch {
      this.#key = null;
      return null;
    }
  }

  async account() {
    const sealed = await look("about", (store) => store.get("account"));
    return JSON.parse(new TextDecoder().decode(await this.#open("account", sealed)));
  }

  lock() {
    this.#key = null;
  }

  /** Forget the device: only where nothing waits. */
  async forget() {
    this.#key = null;
    for (const store of ["about", "blanks", "filled"]) await change(store, (each) => each.clear());
  }

  async setting(name) {
    return look("about", (store) => store.get(name));
  }

  async keepSetting(name, value) {
    await change("about", (store) => store.put(value, name));
  }

  async keepBlank(blank) {
    await change("blanks", (store) => {
      store.clear();
      store.put(blank);
    });
  }

  async blank() {
    return (await look("blanks", (store) => store.getAll()))[0] ?? null;
  }

  /** Keep a form: `{id, state, who, files}`; `files` are File objects, the XML among them. */
  async keep({ id, state, who, files, at }) {
    const head = { who, files: files.map((file) => ({ name: file.name, type: file.type })) };
    const sealed = [await this.#seal(`${id}/head`, text.encode(JSON.stringify(head)))];
    for (const [number, file] of files.entries()) {
      sealed.push(await this.#seal(`${id}/${number}`, new Uint8Array(await file.arrayBuffer())));
    }
    await change("filled", (store) => store.put({ id, state, at: at ?? Date.now(), message: null, sealed }));
  }

  /** The forms of this device, newest first; who they are about only while unlocked. */
  async list() {
    const rows = await look("filled", (store) => store.getAll());
    const told = [];
    for (const { id, state, at, message, sealed } of rows) {
      const head = sealed && !this.locked ? await this.#head(id, sealed) : null;
      told.push({ id, state, at, message, who: head?.who ?? "" });
    }
    return told.sort((one, other) => other.at - one.at);
  }

  async files(id) {
    const { sealed } = await look("filled", (store) => store.get(id));
    const head = await this.#head(id, sealed);
    const files = [];
    for (const [number, { name, type }] of head.files.entries()) {
      files.push(new File([await this.#open(`${id}/${number}`, sealed[number + 1])], name, { type }));
    }
    return files;
  }

  /** What became of a form. One that has reached the office leaves the device; only the answer stays. */
  async tell(id, state, message) {
    const row = await look("filled", (store) => store.get(id));
    const reached = state === "sent" || state === "kept";
    await change("filled", (store) => store.put({ ...row, state, message, sealed: reached ? null : row.sealed }));
  }

  async drop(id) {
    await change("filled", (store) => store.delete(id));
  }

  async #head(id, sealed) {
    return JSON.parse(new TextDecoder().decode(await this.#open(`${id}/head`, sealed[0])));
  }

  async #seal(name, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bound = { name: "AES-GCM", iv, additionalData: text.encode(name) };
    return { iv, data: await crypto.subtle.encrypt(bound, this.#key, bytes) };
  }

  async #open(name, { iv, data }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, this.#key, data);
  }
}
