// OpenRosa as a device speaks it: list, form, lists of the form, and filled forms. The same wire ODK Collect uses.

export class NotAllowed extends Error {}
export class NoNetwork extends Error {}

const basic = ({ device, secret }) =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${device}:${secret}`)))}`;

export class Wire {
  constructor(root, account, language) {
    this.root = root;
    this.account = account;
    this.language = language;
  }

  async #ask(address, options = {}) {
    const headers = {
      "X-OpenRosa-Version": "1.0",
      "Accept-Language": this.language,
      Authorization: basic(this.account),
      ...options.headers,
    };
    let answer;
    try {
      answer = await fetch(address, { ...options, headers, credentials: "omit", cache: "no-store", redirect: "error" });
    } catch (fault) {
      throw new NoNetwork(String(fault));
    }
    if (answer.status === 401 || answer.status === 403) throw new NotAllowed();
    return answer;
  }

  /** Whether the office knows this device; also how large a body it takes. */
  async greet() {
    const answer = await this.#ask(`${this.root}submission`, { method: "HEAD" });
    // A sign-in page of a wireless network answers anything; only our office says this.
    if (answer.status !== 204 || !answer.headers.get("X-OpenRosa-Version")) throw new NoNetwork("not our office");
    return Number(answer.headers.get("X-OpenRosa-Accept-Content-Length"));
  }

  async #document(address) {
    const answer = await this.#ask(address);
    if (!answer.ok) throw new NoNetwork(`${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/xml");
  }

  /** The blank form with its files, or null where the device has this very one. */
  async blank(had) {
    const list = await this.#document(`${this.root}formList`);
    const [form] = list.getElementsByTagName("xform");
    const part = (element, name) => element.getElementsByTagName(name)[0]?.textContent ?? "";
    const here = (address) => new URL(address).pathname + new URL(address).search;
    const manifest = await this.#document(here(part(form, "manifestUrl")));
    const wanted = [...manifest.getElementsByTagName("mediaFile")].map((file) => ({
      name: part(file, "filename"),
      hash: part(file, "hash"),
      address: here(part(file, "downloadUrl")),
    }));
    const hash = part(form, "hash");
    const mark = [hash, ...wanted.map((file) => file.hash)].join(" ");
    if (had?.mark === mark) return null;
    const xml = await (await this.#ask(here(part(form, "downloadUrl")))).text();
    const media = [];
    for (const file of wanted) media.push({ name: file.name, text: await (await this.#ask(file.address)).text() });
    return { formID: part(form, "formID"), version: part(form, "version"), mark, xml, media };
  }

  /** Send one form with its files, in as many requests as the office's size asks for. */
  async send(files) {
    const most = await this.greet();
    const [xml, ...attachments] = files;
    const heaps = [[]];
    let size = xml.size;
    for (const file of attachments) {
      if (heaps.at(-1).length > 0 && size + file.size > most * 0.9) {
        heaps.push([]);
        size = xml.size;
      }
      heaps.at(-1).push(file);
      size += file.size;
    }
    let told;
    for (const [number, heap] of heaps.entries()) {
      const body = new FormData();
      body.set("xml_submission_file", xml, "submission.xml");
      if (number < heaps.length - 1) body.set("*isIncomplete*", "yes");
      for (const file of heap) body.set(file.name, file, file.name);
      const answer = await this.#ask(`${this.root}submission`, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/xml");
      const message = page.getElementsByTagName("message")[0]?.textContent ?? "";
      if (answer.status >= 500 || ![201, 202, 400, 404, 413, 415].includes(answer.status)) throw new NoNetwork(`${answer.status}`);
      told = { state: { 201: "sent", 202: "kept" }[answer.status] ?? "refused", message };
      if (told.state === "refused") break;
    }
    return told;
  }
}
