/** How the overlay looks. */

const CSS = `
  :host { all: initial; }
  * { box-sizing: border-box; font: 14px/1.45 system-ui, sans-serif; }
  button { border: 0; border-radius: 4px; padding: 4px 10px; background: #1d2433; color: #fff; cursor: pointer; }
  :is(button, input, select, .panel):focus-visible { outline: 3px solid #ffb400; outline-offset: 2px; }
  .bar { position: fixed; inset: auto auto var(--foot, 72px) 12px; z-index: 2147483646; display: flex; gap: 1px; max-width: calc(100vw - 24px);
    border-radius: 4px; box-shadow: 0 1px 6px #0006; }
  .bar button { border-radius: 0; white-space: nowrap; flex: none; }
  .bar button:first-child { border-radius: 4px 0 0 4px; } .bar button:last-child { border-radius: 0 4px 4px 0; }
  .bar button:nth-child(2) { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
  .bar button:focus-visible { z-index: 1; }
  [aria-pressed=true] { background: #ffb400; color: #1d2433; }
  .frame { position: absolute; z-index: 2147483645; border: 2px dashed #3d6bff; pointer-events: none; }
  .frame.empty { border-color: #8a8f99; }
  .frame.current { border-style: solid; border-color: #ffb400; }
  .frame button { position: absolute; inset: auto auto 100% -2px; pointer-events: auto; border-radius: 4px 4px 0 0; background: #3d6bff;
    max-width: max(100%, 240px); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .frame.top button { inset: 0 auto auto 0; border-radius: 0 0 4px 0; }
  .frame.empty button { background: #5b606b; }
  .panel { position: fixed; inset: 12px 12px auto auto; z-index: 2147483647; width: min(440px, calc(100vw - 24px));
    max-height: calc(100vh - 24px); overflow: auto; padding: 14px 16px; border-radius: 6px; background: #fff;
    color: #1d2433; box-shadow: 0 4px 24px #0006; overflow-wrap: anywhere; }
  h2 { margin: 0 0 6px; font-size: 16px; font-weight: 700; }
  h3, legend, dt, form > label { margin: 12px 0 2px; padding: 0; font-weight: 700; }
  p, ul { margin: 0 0 6px; } ul { padding: 0; list-style: none; } li { margin: 0 0 3px; } b { font-weight: 700; }
  dl { margin: 0; } dd { margin: 0 0 3px; }
  .close { position: sticky; top: 0; float: right; margin: 0 0 6px 8px; }
  fieldset { margin: 10px 0 0; padding: 0; border: 0; } legend { margin: 0 0 2px; } form > label { display: block; }
  .choice { display: flex; gap: 8px; align-items: center; padding: 3px 0; } .choice input { margin: 0; width: 18px; height: 18px; accent-color: #1d2433; }
  .row, .arm { display: flex; gap: 8px; align-items: center; } .arm { padding: 2px 0; justify-content: space-between; }
  .row button { flex: none; }
  input[type=datetime-local], select { min-width: 0; padding: 4px 6px; border: 1px solid #5b606b; border-radius: 4px; background: #fff; color: inherit; }
  .arm select { max-width: 55%; }
  .hint { color: #5b606b; margin: 2px 0 0; }
  .failed { margin: 10px 0 0; color: #b3261e; font-weight: 700; }
  .main { margin-top: 14px; padding: 8px 16px; background: #2a55e0; }
  @media (max-width: 900px) { .panel { max-height: calc(100vh - 70px - var(--foot, 72px)); } }
  @media (max-width: 600px) {
    /* The slot stays in sight above what is said of it, the bar below, and a thumb is wider than a pointer. */
    .panel { inset: auto 12px calc(var(--foot, 72px) + 46px); width: auto; max-height: 44vh; }
    .panel:has(form) { max-height: calc(100vh - var(--foot, 72px) - 58px); }
    .close { padding: 9px 15px; } .bar button, .frame button { padding: 8px 12px; }
    .choice, .arm { padding: 6px 0; } input[type=datetime-local], select { padding: 8px; font-size: 16px; } .row button { padding: 9px 15px; }
  }
  [hidden] { display: none; }`;

/** A constructed sheet needs no leave of the page's content security policy. */
export const lookOf = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
};
