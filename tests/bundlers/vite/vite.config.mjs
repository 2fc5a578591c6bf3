// As `vite build` makes a site; the package has a file of its own, so that its bytes can be counted.
import { defineConfig } from "vite";

export default defineConfig({
  build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: "attune", test: /node_modules\/attune\// }] } } } },
});
