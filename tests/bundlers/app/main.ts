// A page without a framework: three buttons, and what was heard.
import { add, agree, forget, listen } from "./calls.js";

const said = document.querySelector("output")!;
const say = (words: string) => void (said.textContent += `${words}\n`);
const button = (name: string, press: () => void) => document.querySelector(`[name=${name}]`)!.addEventListener("click", press);

button("agree", () => agree(say));
button("add", add);
button("forget", () => forget(say));
listen(say);
said.dataset.ready = "";
