import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // Workspace packages are read from source, so that the page shows a change in them at once and needs no build of theirs.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  // Other ports may be missing from the server's allowed origins, so a busy port is an error rather than a detour.
  server: { port: 8080, strictPort: true },
  build: {
    rollupOptions: { input: ["index.html", "interview.html", "ops.html"] },
    // Inlined assets would be data: URLs, which the page's content security policy forbids.
    assetsInlineLimit: 0,
  },
});
