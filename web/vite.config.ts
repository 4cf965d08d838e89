import { fileURLToPath } from "node:url";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env.QUINTET_API ?? "http://127.0.0.1:8080";
const proxied = ["/api", "/health", "/openapi.json", "/docs", "/metrics", "/ws"];

/** Everything the frame needs at once goes into two files: they compress better than thirty. */
const frame = [
  {
    name: "vendor",
    test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store))\//,
  },
  {
    name: "frame",
    test: /src\/(api\/(?!typed|download)|format\/time|services|session\/session|telemetry|shell\/(store|clock|crumbs|decisions|EnvBadge|jobs|overlays|prefs|shortcuts|status|StatusBar)|ui\/(Button|Tooltip|toasts|copy|cx|Marks))/,
  },
];

export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ["en-US"] }), enforce: "pre" }],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    assetsInlineLimit: 0,
    target: "es2022",
    sourcemap: false,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: frame } } },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: api, changeOrigin: false }])),
  },
});
