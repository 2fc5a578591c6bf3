import { appOf } from "./vue.mjs";

appOf(new URLSearchParams(location.search)).mount("#root");
