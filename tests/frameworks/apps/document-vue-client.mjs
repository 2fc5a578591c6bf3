import { createSSRApp } from "vue";
import App from "document";

createSSRApp(App).mount("#root");
