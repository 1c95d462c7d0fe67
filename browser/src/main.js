// Fieldwork: fill the registry's form with ODK Web Forms, with or without a network, and send it when there is one.
//
// 1. The device signs in once (name and secret from the office) and chooses a passcode, which locks what it keeps.
// 2. The blank form with its lists is fetched and kept; the service worker keeps the page itself.
// 3. A form is filled, saved sealed, and sent by OpenRosa when the network is there; the same form twice is one.

import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h, nextTick, reactive } from "vue";

import "./app.css";
import { speakUrdu } from "./builtin.js";
import { finished, formOf, whoIsIn } from "./form.js";
import { urduDates } from "./dates.js";
import { Vault } from "./vault.js";
import { NoNetwork, NotAllowed, Wire } from "./wire.js";
import { say } from "./words.js";

const page = document.getElementById("fieldwork");
const OPENROSA = page.dataset.openrosa;
const RETRY = 20_000;
const AUTOSAVE = 10_000;
const LOCK_AFTER = 30 * 60_000;

const vault = new Vault();
let account = null;
let stopUrdu = () => {};
let forms = null;
let lastTouched = Date.now();

const state = reactive({
  view: "starting", // starting, insecure, sign-in, unlock, list, fill
  language: page.dataset.language,
  online: navigator.onLine,
  entries: [],
  blank: null,
  busy: false,
  problem: "",
  note: "",
  draft: null, // the form being filled: {id, edit}
});

const t = (name, values) => say(state.language, name, values);
const wire = () => new Wire(OPENROSA, account, state.language);

async function show(view, { problem = "", note = "" } = {}) {
  Object.assign(state, { view, problem, note });
  if (view === "list") state.entries = await vault.list();
  await nextTick();
  document.querySelector(".fieldwork h1")?.focus();
}

// --- the account ---------------------------------------------------------------------------------------------------

async function start() {
  if (!window.isSecureContext || !crypto.subtle) return show("insecure");
  state.language = (await vault.setting("language")) ?? state.language;
  turnPage();
  navigator.serviceWorker?.register(page.dataset.worker, { scope: page.dataset.scope });
  await show((await vault.founded()) ? "unlock" : "sign-in");
}

/** Name and secret may come with the address the office shows as a code; they never leave the browser in an address. */
function given() {
  const text = new URLSearchParams(location.hash.slice(1));
  return { device: text.get("device") ?? "", secret: text.get("secret") ?? "" };
}

async function signIn(event) {
  const [device, secret, passcode] = ["device", "secret", "passcode"].map((name) => event.target.elements[name].value.trim());
  if (passcode.length < 6) return void (state.problem = t("shortPin"));
  await quietly(async () => {
    account = { device, secret };
    await wire().greet();
    await vault.found(passcode, account);
    history.replaceState(null, "", location.pathname);
    await refresh();
    await show("list");
  });
}

async function unlock(event) {
  await quietly(async () => {
    account = await vault.unlock(event.target.elements.passcode.value.trim());
    if (account === null) return void (state.problem = t("wrongPin"));
    state.blank = await vault.blank();
    await show("list");
    send();
  });
}

async function lock() {
  vault.lock();
  account = null;
  await show("unlock");
}

async function signOut() {
  const waits = (await vault.list()).some((entry) => !["sent", "kept"].includes(entry.state));
  if (waits) return void (state.problem = t("signOutNo"));
  await vault.forget();
  account = null;
  await show("sign-in");
}

// --- forms ---------------------------------------------------------------------------------------------------------

async function refresh() {
  const had = await vault.blank();
  const blank = await wire().blank(had);
  if (blank !== null) await vault.keepBlank(blank);
  state.blank = await vault.blank();
}

async function fill(id = null) {
  const files = id === null ? null : await vault.files(id);
  state.draft = { id: id ?? `draft:${crypto.randomUUID()}`, files };
  await show("fill");
}

/** Keep the unfinished form as it stands, so that a flat battery loses nothing. */
async function saveDraft() {
  if (state.view !== "fill" || vault.locked) return;
  const payload = await formOf(forms)?.prepareInstancePayload({ payloadType: "monolithic" });
  if (!payload || state.view !== "fill") return;
  const files = [...payload.data[0].values()];
  await vault.keep({ id: state.draft.id, state: "draft", who: await whoIsIn(files[0]), files });
  state.note = t("savedAt", { time: new Date().toLocaleTimeString(state.language) });
}

async function submit(payload, done) {
  const [xml, ...attachments] = [...payload.data[0].values()];
  const { id, file } = await finished(xml, account.device);
  const draft = state.draft.id;
  await vault.keep({ id, state: "waiting", who: await whoIsIn(file), files: [file, ...attachments] });
  await vault.drop(draft);
  done({ next: POST_SUBMIT__NEW_INSTANCE });
  await show("list", { note: t("saved") });
  send();
}

/** Send what waits; only one page of this device at a time, and every form keeps its id however often it is tried. */
async function send() {
  if (vault.locked || !navigator.onLine) return;
  await navigator.locks.request("mazdoor-send", { ifAvailable: true }, async (mine) => {
    if (!mine) return;
    for (const entry of (await vault.list()).filter((each) => each.state === "waiting").reverse()) {
      try {
        const { state: became, message } = await wire().send(await vault.files(entry.id));
        await vault.tell(entry.id, became, message);
      } catch (fault) {
        if (fault instanceof NotAllowed) state.problem = t("wrongSecret");
        else if (!(fault instanceof NoNetwork)) throw fault;
        break; // it stays waiting, and is tried again
      }
    }
  });
  state.entries = await vault.list();
}

async function quietly(act) {
  state.busy = true;
  state.problem = "";
  try {
    await act();
  } catch (fault) {
    const known = fault instanceof NotAllowed ? "wrongSecret" : fault instanceof NoNetwork ? "noNetwork" : "failed";
    if (known === "failed") console.warn(fault);
    state.problem = t(known);
  } finally {
    state.busy = false;
  }
}

async function speak() {
  state.language = state.language === "ur" ? "en" : "ur";
  turnPage();
  await vault.keepSetting("language", state.language);
  if (state.view === "fill") await show("list");
  else await show(state.view);
}

function turnPage() {
  document.documentElement.lang = state.language;
  document.documentElement.dir = state.language === "ur" ? "rtl" : "ltr";
  document.title = `${t("title")} · ${t("mark")}`;
  const app = odk.config.globalProperties.$primevue;
  app.config.locale = { ...app.config.locale, ...urduDates(state.language) };
}

// --- the page --------------------------------------------------------------------------------------------------------

const stop = (act) => (event) => {
  event.preventDefault();
  act(event);
};
const heading = (name) => h("h1", { tabindex: -1 }, t(name));
const button = (name, act, more = {}) => h("button", { type: "button", class: "button", onClick: act, ...more }, t(name));

function field(name, label, { hint, ...more } = {}) {
  const hintId = hint && `${name}-hint`;
  return h("div", { class: "field" }, [
    h("label", { for: name }, t(label)),
    hint ? h("p", { class: "hint", id: hintId }, t(hint)) : null,
    h("input", { id: name, name, required: true, autocomplete: "off", "aria-describedby": hintId, dir: "ltr", ...more }),
  ]);
}

const signInView = () =>
  h("form", { class: "card", onSubmit: stop(signIn) }, [
    heading("signIn"),
    h("p", t("signInWhy")),
    field("device", "device", { value: given().device, autocapitalize: "none", spellcheck: false }),
    field("secret", "secret", { value: given().secret, type: "password" }),
    field("passcode", "pin", { hint: "pinHint", type: "password", minlength: 6, autocomplete: "new-password" }),
    h("button", { class: "button primary", disabled: state.busy }, t("signInDo")),
    h("p", { class: "quiet" }, t("protectedBy")),
  ]);

const unlockView = () =>
  h("form", { class: "card", onSubmit: stop(unlock) }, [
    heading("unlock"),
    h("p", t("unlockWhy")),
    field("passcode", "passcode", { type: "password", autocomplete: "current-password" }),
    h("button", { class: "button primary", disabled: state.busy }, t("unlock")),
  ]);

const moment = (at) => new Date(at).toLocaleString(state.language === "ur" ? "ur-PK-u-nu-latn" : "en-GB");

function row(entry) {
  return h("li", { key: entry.id, class: ["entry", entry.state], "data-id": entry.id }, [
    h("div", [h("strong", entry.who || "—"), h("span", { class: "quiet" }, moment(entry.at))]),
    h("div", [h("span", { class: "tag" }, t(entry.state)), entry.message ? h("span", { class: "said" }, entry.message) : null]),
    entry.state === "draft"
      ? h("div", { class: "acts" }, [
          button("goOn", () => quietly(() => fill(entry.id))),
          button("discard", async () => {
            if (!confirm(t("discardSure"))) return;
            await vault.drop(entry.id);
            await show("list");
          }),
        ])
      : null,
  ]);
}

const listView = () => [
  heading("forms"),
  h("div", { class: "acts" }, [
    state.blank ? button("newForm", () => fill(), { class: "button primary" }) : null,
    button("sendNow", () => quietly(send), { disabled: state.busy || !state.online }),
    button("refresh", () => quietly(refresh), { disabled: state.busy || !state.online }),
  ]),
  state.blank ? null : h("p", { class: "note needs" }, t("noForm")),
  state.entries.length ? h("ul", { class: "entries" }, state.entries.map(row)) : h("p", { class: "empty" }, t("nothing")),
  state.blank
    ? h("p", { class: "quiet" }, [`${t("formVersion")} `, h("bdi", { dir: "ltr" }, state.blank.version)])
    : null,
  h("p", { class: "quiet" }, t("protectedBy")),
  h("div", { class: "acts" }, [button("lock", lock), button("signOut", () => quietly(signOut))]),
];

/** The form opens in the language of the page: XForms name their default. */
function xmlInLanguage() {
  const parsed = new DOMParser().parseFromString(state.blank.xml, "text/xml");
  for (const translation of parsed.getElementsByTagName("translation")) {
    const own = translation.getAttribute("lang").includes(`(${state.language})`);
    if (own) translation.setAttribute("default", "true()");
    else translation.removeAttribute("default");
  }
  // The form has one title for both languages, Urdu first; a page shows its own half.
  const [title] = parsed.getElementsByTagNameNS("*", "title");
  const halves = title.textContent.split(" · ");
  title.textContent = (state.language === "ur" ? halves[0] : halves.at(-1)) ?? title.textContent;
  return new XMLSerializer().serializeToString(parsed);
}

async function attachment(url) {
  const name = decodeURIComponent(new URL(url.href).pathname.split("/").at(-1));
  const file = state.blank.media.find((each) => each.name === name);
  return file ? new Response(file.text, { headers: { "Content-Type": "text/csv" } }) : new Response("", { status: 404 });
}

function unfinished() {
  const files = state.draft.files;
  if (files === null) return {};
  const [xml, ...others] = files;
  return {
    editInstance: {
      resolveInstance: async () => new Response(xml, { headers: { "Content-Type": "text/xml" } }),
      attachmentFileNames: others.map((file) => file.name),
      resolveAttachment: async (name) => new Response(others.find((file) => file.name === name)),
    },
  };
}

const fillView = () => [
  h("div", { class: "acts" }, [
    button("back", async () => {
      await saveDraft();
      await show("list");
    }),
  ]),
  h("h1", { tabindex: -1, class: "unseen" }, t("newForm")),
  h(
    "div",
    {
      class: "odk",
      onVnodeMounted: ({ el }) => (stopUrdu = state.language === "ur" ? speakUrdu(document.body) : () => {}),
      onVnodeBeforeUnmount: () => stopUrdu(),
    },
    h(OdkWebForm, {
      key: state.draft.id,
      ref: (component) => (forms = component),
      formXml: xmlInLanguage(),
      fetchFormAttachment: attachment,
      missingResourceBehavior: "BLANK",
      preloadProperties: { username: account.device, deviceID: `mazdoor:${account.device}` },
      onSubmit: submit,
      ...unfinished(),
    }),
  ),
];

const VIEWS = {
  starting: () => h("p", "…"),
  insecure: () => h("p", { class: "note wrong" }, t("insecure")),
  "sign-in": signInView,
  unlock: unlockView,
  list: listView,
  fill: fillView,
};

const odk = createApp({
  render: () => [
    h("a", { class: "skip", href: "#content" }, t("skip")),
    h("header", { class: "bar" }, [
      h("span", { class: "mark" }, [t("mark"), " · ", t("title")]),
      h("span", { class: ["net", state.online ? "on" : "off"] }, t(state.online ? "online" : "offline")),
      h(
        "button",
        { type: "button", class: "link", lang: state.language === "ur" ? "en" : "ur", onClick: speak },
        t("other"),
      ),
    ]),
    h("main", { id: "content", tabindex: -1 }, [
      h("div", { role: "alert" }, state.problem ? h("p", { class: "note wrong" }, state.problem) : null),
      h("div", { role: "status" }, state.note ? h("p", { class: "note" }, state.note) : null),
      h("div", { key: state.view, class: "view" }, VIEWS[state.view]()),
    ]),
  ],
});

odk.use(webFormsPlugin);
page.replaceChildren();
odk.mount(page);

addEventListener("online", () => {
  state.online = true;
  send();
});
addEventListener("offline", () => (state.online = false));
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => (lastTouched = Date.now()), { passive: true });
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && saveDraft());
setInterval(saveDraft, AUTOSAVE);
setInterval(async () => {
  if (vault.locked) return;
  if (Date.now() - lastTouched > LOCK_AFTER) {
    await saveDraft();
    await lock();
  } else send();
}, RETRY);
start();
