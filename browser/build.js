// Builds what browsers run into ../src/mazdoor/web/static/built, beside which Django's own static files lie.
//
// 1. fieldwork/app.js and app.css: our page for fieldwork with ODK Web Forms in it, as one file without code splitting.
// 2. fonts/*.woff2: Noto Nastaliq Urdu and Noto Naskh Arabic.
// 3. A .gz beside everything larger than a kilobyte, which WhiteNoise sends where the browser takes it.

import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "..", "src", "mazdoor", "web", "static", "built");

/** Maps need tiles from the network and a megabyte of code; our form asks for a place without one. */
const withoutMaps = {
  name: "without-maps",
  enforce: "pre",
  resolveId: (id) => (/\/MapBlock-[\w-]+\.js$/.test(id) ? "\0no-map" : null),
  load: (id) => (id === "\0no-map" ? "export default { render: () => null };" : null),
};

rmSync(built, { recursive: true, force: true });
await build({
  root: here,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [withoutMaps],
  build: {
    outDir: join(built, "fieldwork"),
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 8192,
    lib: { entry: join(here, "src", "main.js"), formats: ["es"], fileName: () => "app.js", cssFileName: "app" },
    rollupOptions: {
      output: { codeSplitting: false },
      checks: { eval: false }, // its XPath parser starts with one; our page allows it by its own policy
      external: [/^\.\.\/fonts\//],
    },
  },
});

const fonts = join(built, "fonts");
mkdirSync(fonts, { recursive: true });
for (const [family, weights] of [
  ["noto-nastaliq-urdu", ["400", "700"]],
  ["noto-naskh-arabic", ["400", "600", "700"]],
]) {
  for (const weight of weights) {
    const name = `${family}-arabic-${weight}-normal.woff2`;
    copyFileSync(join(here, "node_modules", "@fontsource", family, "files", name), join(fonts, name));
  }
  copyFileSync(join(here, "node_modules", "@fontsource", family, "LICENSE"), join(fonts, `${family}.LICENSE.txt`));
}

const compress = (folder) => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) compress(path);
    else if (/\.(js|css)$/.test(name) && statSync(path).size > 1024) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
};
compress(built);
