// What the page says around the form, in both languages at once: offline it must not ask the server for words.

export const words = {
  title: { en: "Fieldwork", ur: "میدانی کام" },
  mark: { en: "Mazdoor", ur: "مزدور" },
  other: { en: "اردو", ur: "English" },
  online: { en: "Online", ur: "نیٹ ورک موجود" },
  offline: { en: "Offline", ur: "نیٹ ورک نہیں" },
  skip: { en: "Skip to the content", ur: "سیدھا مواد پر جائیں" },
  signIn: { en: "Sign this device in", ur: "اس آلے کا داخلہ" },
  signInWhy: {
    en: "The office enrols each device and gives it a name and a secret. This needs the network once; afterwards forms are filled without it.",
    ur: "دفتر ہر آلے کا اندراج کر کے اسے ایک نام اور خفیہ لفظ دیتا ہے۔ اس کے لیے ایک بار نیٹ ورک چاہیے؛ پھر فارم اس کے بغیر بھرے جاتے ہیں۔",
  },
  device: { en: "Name of the device", ur: "آلے کا نام" },
  secret: { en: "Secret of the device", ur: "آلے کا خفیہ لفظ" },
  pin: { en: "A passcode for this device", ur: "اس آلے کے لیے پاس کوڈ" },
  pinHint: {
    en: "At least six letters or digits, chosen by you. What is filled in is encrypted with it; nobody can open it without.",
    ur: "کم از کم چھ حروف یا ہندسے، آپ کے اپنے چنے ہوئے۔ بھرے ہوئے فارم اسی سے خفیہ ہوتے ہیں؛ اس کے بغیر کوئی نہیں کھول سکتا۔",
  },
  signInDo: { en: "Sign in", ur: "داخل ہوں" },
  unlock: { en: "Unlock", ur: "تالا کھولیں" },
  unlockWhy: {
    en: "What was filled in on this device is locked. Forms that wait are sent once it is unlocked and the network is there.",
    ur: "اس آلے پر بھرے ہوئے فارم تالے میں ہیں۔ تالا کھلنے اور نیٹ ورک ہونے پر منتظر فارم بھیج دیے جاتے ہیں۔",
  },
  passcode: { en: "Passcode", ur: "پاس کوڈ" },
  lock: { en: "Lock", ur: "تالا لگائیں" },
  signOut: { en: "Sign this device out", ur: "اس آلے کا داخلہ ختم کریں" },
  signOutNo: {
    en: "Forms still wait on this device. Send them first: signing out would lose them.",
    ur: "اس آلے پر فارم ابھی منتظر ہیں۔ پہلے انہیں بھیجیں: داخلہ ختم کرنے سے وہ ضائع ہو جائیں گے۔",
  },
  forms: { en: "Forms on this device", ur: "اس آلے پر فارم" },
  newForm: { en: "Register a household", ur: "گھرانے کا اندراج کریں" },
  sendNow: { en: "Send now", ur: "ابھی بھیجیں" },
  refresh: { en: "Get the newest form", ur: "نیا فارم حاصل کریں" },
  nothing: {
    en: "No form is waiting. What you fill in appears here until it has reached the office.",
    ur: "کوئی فارم منتظر نہیں۔ آپ جو بھریں گے، دفتر پہنچنے تک یہاں نظر آئے گا۔",
  },
  noForm: {
    en: "The form is not on this device yet. Connect to the network and get it.",
    ur: "فارم ابھی اس آلے پر نہیں ہے۔ نیٹ ورک سے جڑ کر حاصل کریں۔",
  },
  formVersion: { en: "Form", ur: "فارم" },
  state: { en: "State", ur: "حالت" },
  who: { en: "Who", ur: "کون" },
  filledAt: { en: "Filled", ur: "بھرا گیا" },
  message: { en: "What the office says", ur: "دفتر کا جواب" },
  draft: { en: "Not finished", ur: "نامکمل" },
  waiting: { en: "Waits for the network", ur: "نیٹ ورک کا منتظر" },
  sent: { en: "Registered", ur: "اندراج ہو گیا" },
  kept: { en: "Kept by the office, which looks at it", ur: "دفتر کے پاس محفوظ، وہ دیکھے گا" },
  refused: { en: "Not taken; stays here", ur: "نہیں لیا گیا؛ یہیں محفوظ ہے" },
  goOn: { en: "Go on", ur: "جاری رکھیں" },
  discard: { en: "Throw away", ur: "ضائع کریں" },
  discardSure: { en: "Throw this unfinished form away?", ur: "کیا یہ نامکمل فارم ضائع کر دیں؟" },
  back: { en: "Back to the list", ur: "فہرست پر واپس" },
  saved: { en: "Saved on this device.", ur: "اس آلے پر محفوظ ہو گیا۔" },
  savedAt: { en: "Unfinished form saved at {time}.", ur: "نامکمل فارم {time} پر محفوظ ہوا۔" },
  wrongPin: { en: "This is not the passcode of this device.", ur: "یہ اس آلے کا پاس کوڈ نہیں۔" },
  wrongSecret: {
    en: "Name and secret do not belong together, or the enrolment was taken back. Ask the office.",
    ur: "نام اور خفیہ لفظ آپس میں نہیں ملتے، یا اندراج واپس لے لیا گیا ہے۔ دفتر سے پوچھیں۔",
  },
  noNetwork: { en: "There is no network now.", ur: "اس وقت نیٹ ورک نہیں ہے۔" },
  shortPin: { en: "The passcode needs at least six letters or digits.", ur: "پاس کوڈ کم از کم چھ حروف یا ہندسوں کا ہو۔" },
  protectedBy: {
    en: "Filled forms and the device's secret are encrypted on this device with your passcode. Not encrypted: the blank form, when forms were filled, and how many wait.",
    ur: "بھرے ہوئے فارم اور آلے کا خفیہ لفظ آپ کے پاس کوڈ سے خفیہ رکھے جاتے ہیں۔ خفیہ نہیں: خالی فارم، بھرنے کا وقت، اور منتظر فارموں کی تعداد۔",
  },
  insecure: {
    en: "This page needs a secure address (https).",
    ur: "اس صفحے کے لیے محفوظ پتہ (https) ضروری ہے۔",
  },
  failed: { en: "Something went wrong; nothing was lost.", ur: "کچھ غلط ہوا؛ کچھ ضائع نہیں ہوا۔" },
};

/** One sentence in a language, its blanks filled. */
export const say = (language, name, values = {}) =>
  words[name][language].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "—");
