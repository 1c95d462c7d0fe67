// ODK Web Forms says a few dozen things by itself, in English only, and has no way to give it other words. So where the
// page is in Urdu, its words are exchanged as they appear: whole texts that match exactly, never part of an answer.

const exact = {
  Send: "محفوظ کریں",
  Add: "ایک اور",
  Remove: "ہٹائیں",
  Delete: "ہٹائیں",
  "Select an answer": "جواب چنیں",
  "Condition not satisfied: required": "اس کا جواب ضروری ہے",
  "Condition not satisfied: constraint": "یہ جواب درست نہیں",
  "No results found": "کچھ نہیں ملا",
  "No available options": "کوئی انتخاب نہیں",
  "Powered by": "بنیاد:",
  "Take picture": "تصویر لیں",
  "Choose image": "تصویر چنیں",
  "Choose file": "فائل چنیں",
  "Upload file": "فائل چنیں",
  Clear: "صاف کریں",
  Today: "آج",
};

const patterns = [
  [/^1 question with error\.$/, () => "ایک سوال کا جواب درست کریں۔"],
  [/^(\d+) questions with errors\.$/, (_, count) => `${count} سوالوں کے جواب درست کریں۔`],
  [/^\+?\s*Add\s+(.+)$/, (_, what) => `ایک اور: ${what}`],
  [/^Remove\s+(.+)$/, (_, what) => `ہٹائیں: ${what}`],
];

export function inUrdu(english) {
  const plain = english.trim();
  if (plain in exact) return english.replace(plain, exact[plain]);
  for (const [pattern, told] of patterns) if (pattern.test(plain)) return english.replace(plain, plain.replace(pattern, told));
  return null;
}

const ATTRIBUTES = ["aria-label", "placeholder", "title"];

function exchange(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.parentElement?.closest("textarea, [contenteditable]")) return;
    const told = inUrdu(node.data);
    if (told !== null && told !== node.data) node.data = told;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const name of ATTRIBUTES) {
    const told = node.hasAttribute(name) ? inUrdu(node.getAttribute(name)) : null;
    if (told !== null) node.setAttribute(name, told);
  }
  node.childNodes.forEach(exchange);
}

/** Speak Urdu for the form inside `element`, until the function that comes back is called. */
export function speakUrdu(element) {
  exchange(element);
  const watch = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(exchange);
      else exchange(change.target);
    }
  });
  watch.observe(element, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  return () => watch.disconnect();
}
